-- What supervision does with cases, and with those who attend.

-- name: supervise_queue
-- Where what is still with the bot goes.
SELECT default_queue_id FROM channel WHERE channel_id = $1::bigint

-- name: supervise_whispered
-- Who whispered in a case ($2: when it was opened), each once.
SELECT DISTINCT v.user_id FROM message m JOIN user_version v ON v.user_version_id = m.user_version_id
WHERE m.conversation_id = $1::bigint AND m.created_at >= $2::timestamptz AND m.author = 5
	AND m.data->>'whisper' = 'supervisor'

-- name: supervise_cases
-- Cases that are to change hands, as far as the viewer supervises them, the longest wait first.
SELECT c.conversation_id, c.segment_seq, c.state, c.channel_id, coalesce(c.queue_id, h.default_queue_id) AS queue_id,
	c.contact_id, k.name AS contact_name, q.name AS queue_name, h.name AS channel_name, c.requested_at, c.assigned_at,
	CASE WHEN c.state = 3 THEN c.user_id END AS user_id, CASE WHEN c.state = 3 THEN u.name END AS user_name
FROM unnest($4::bigint[]) i (id) JOIN conversation c ON c.conversation_id = i.id AND c.state <> 4
	JOIN channel h ON h.channel_id = c.channel_id
	JOIN queue q ON q.queue_id = coalesce(c.queue_id, h.default_queue_id)
	JOIN contact k ON k.contact_id = c.contact_id LEFT JOIN app_user u ON u.user_id = c.user_id
WHERE conversation_access($1::bigint, $2::boolean, $3::boolean, c.conversation_id) >= 3
ORDER BY c.requested_at NULLS LAST, c.conversation_id

-- name: supervise_own
-- The operator's own open case.
SELECT c.conversation_id, c.contact_id, k.name AS contact_name
FROM conversation c JOIN contact k ON k.contact_id = c.contact_id
WHERE c.conversation_id = $2::bigint AND c.state = 3 AND c.user_id = $1::bigint
