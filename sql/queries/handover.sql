-- Cases that change hands (lib/routing/handover.h).

-- name: fit_list
-- All who attend, who can take it first; as the default rule orders them.
SELECT f.* FROM operator_fit($1::bigint, $2::bigint, $3::bigint) f WHERE f.why <> 'disabled'
ORDER BY f.why <> '', f.open_count, f.available_since, f.closed_today, f.user_id

-- name: fit_get
SELECT f.* FROM operator_fit($1::bigint, $2::bigint, $3::bigint) f WHERE f.user_id = $4::bigint

-- name: handover_ensure
INSERT INTO agent_state (user_id) SELECT u.user_id FROM app_user u WHERE u.user_id = $1::bigint AND u.deleted_at IS NULL
ON CONFLICT DO NOTHING

-- name: handover_lock
-- Both operators, in the one order that cannot deadlock.
SELECT user_id FROM agent_state WHERE user_id IN ($1::bigint, $2::bigint) ORDER BY user_id FOR UPDATE

-- name: handover_queue
-- Where it will be, whether that attends its channel, and the words of a greeting.
SELECT q.queue_id, q.name AS queue_name, q.channel_ids = '{}' OR c.channel_id = ANY (q.channel_ids) AS attends,
	CASE WHEN q.greeting_mode = 1 THEN q.greeting END AS greeting, c.conversation_id, k.name AS contact_name, k.cuit,
	h.name AS channel_name
FROM conversation c JOIN queue q ON q.queue_id = $2::bigint AND q.deleted_at IS NULL
	JOIN contact k ON k.contact_id = c.contact_id JOIN channel h ON h.channel_id = c.channel_id
WHERE c.conversation_id = $1::bigint
