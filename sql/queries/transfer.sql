-- A case that an operator hands on: to whom it can go.

-- name: transfer_case
-- The case, and whether it can go back to a bot. No row: not there, or not for this viewer.
SELECT c.conversation_id, c.state, (c.state = 3 AND c.user_id = $1) AS mine, c.contact_id, c.queue_id, c.channel_id,
	c.assigned_at, k.name AS contact_name, c.bot_version_id IS NOT NULL AS has_bot, h.name AS channel_name
FROM (SELECT conversation_access($1::bigint, $2::boolean, $3::boolean, $4::bigint) AS access) x
	JOIN conversation c ON c.conversation_id = $4 AND x.access > 0
	JOIN contact k ON k.contact_id = c.contact_id JOIN channel h ON h.channel_id = c.channel_id

-- name: transfer_queues
-- Those that attend the case's channel, and how many wait in each.
SELECT q.queue_id, q.name, (SELECT count(*) FROM conversation w WHERE w.state = 2 AND w.queue_id = q.queue_id) AS waiting
FROM queue q JOIN conversation c ON c.conversation_id = $1::bigint
WHERE q.deleted_at IS NULL AND (q.channel_ids = '{}' OR c.channel_id = ANY (q.channel_ids))
ORDER BY lower(q.name)
