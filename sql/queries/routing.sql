-- name: route_waiting
-- First come, first served within priority; only those that somebody free can take, so that a
-- queue without operators never holds up the others.
SELECT c.*, q.strategy, CASE WHEN q.greeting_mode = 1 THEN q.greeting END AS greeting, k.name AS contact_name, k.cuit,
	q.name AS queue_name, h.name AS channel_name
FROM conversation c JOIN queue q ON q.queue_id = c.queue_id JOIN contact k ON k.contact_id = c.contact_id
	JOIN channel h ON h.channel_id = c.channel_id
WHERE c.state = 2 AND q.strategy <> 6 AND EXISTS (
	SELECT 1 FROM agent_state a
	JOIN app_user u ON u.user_id = a.user_id AND u.attends AND u.enabled AND u.deleted_at IS NULL
	JOIN user_queue uq ON uq.user_id = a.user_id AND uq.queue_id = c.queue_id
	JOIN user_channel uc ON uc.user_id = a.user_id AND uc.channel_id = c.channel_id
	WHERE a.state = 1 AND a.open_count < u.capacity
		AND a.heartbeat_at > now() - make_interval(secs => $1)
		AND (q.capacity = 0 OR q.capacity > (SELECT count(*) FROM conversation o
			WHERE o.state = 3 AND o.queue_id = q.queue_id AND o.user_id = a.user_id)))
ORDER BY q.priority DESC, c.priority DESC, c.requested_at, c.conversation_id
LIMIT $2 FOR UPDATE OF c

-- name: route_candidates
SELECT a.user_id, u.version_id, u.name, u.display_name, u.capacity, a.open_count, a.available_since,
	a.last_assigned_at,
	CASE WHEN a.closed_day = (now() AT TIME ZONE 'America/Argentina/Buenos_Aires')::date
		THEN a.closed_today ELSE 0 END AS closed_today,
	ARRAY(SELECT queue_id FROM user_queue uq WHERE uq.user_id = a.user_id ORDER BY queue_id) AS queue_ids,
	-- How many more of each of those queues, in the same order.
	ARRAY(SELECT CASE WHEN q.capacity = 0 THEN 1000 ELSE q.capacity - (SELECT count(*) FROM conversation o
		WHERE o.state = 3 AND o.queue_id = q.queue_id AND o.user_id = a.user_id) END
		FROM user_queue uq JOIN queue q ON q.queue_id = uq.queue_id WHERE uq.user_id = a.user_id
		ORDER BY uq.queue_id) AS queue_room,
	ARRAY(SELECT channel_id FROM user_channel uc WHERE uc.user_id = a.user_id) AS channel_ids
FROM agent_state a
JOIN app_user u ON u.user_id = a.user_id AND u.attends AND u.enabled AND u.deleted_at IS NULL
WHERE a.state = 1 AND a.open_count < u.capacity AND a.heartbeat_at > now() - make_interval(secs => $1)
ORDER BY a.user_id FOR UPDATE OF a
