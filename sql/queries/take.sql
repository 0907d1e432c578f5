-- name: take_allowed
-- sees: it is of a queue and a channel of theirs.
SELECT EXISTS (SELECT 1 FROM user_queue u WHERE u.user_id = $1::bigint AND u.queue_id = c.queue_id)
	AND EXISTS (SELECT 1 FROM user_channel h WHERE h.user_id = $1 AND h.channel_id = c.channel_id) AS sees,
	coalesce(q.strategy = 6, false) AS manual
FROM conversation c LEFT JOIN queue q ON q.queue_id = c.queue_id
WHERE c.conversation_id = $2::bigint
