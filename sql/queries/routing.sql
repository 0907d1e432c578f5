-- name: route_waiting
-- First come, first served within priority; only those that somebody free can take, so that a
-- queue without operators never holds up the others.
SELECT c.*, q.strategy, q.greeting, k.name AS contact_name
FROM conversation c JOIN queue q ON q.queue_id = c.queue_id JOIN contact k ON k.contact_id = c.contact_id
WHERE c.state = 2 AND q.strategy <> 6 AND EXISTS (
	SELECT 1 FROM agent_state a
	JOIN app_user u ON u.user_id = a.user_id AND u.attends AND u.enabled AND u.deleted_at IS NULL
	JOIN user_queue uq ON uq.user_id = a.user_id AND uq.queue_id = c.queue_id
	JOIN user_channel uc ON uc.user_id = a.user_id AND uc.channel_id = c.channel_id
	WHERE a.state = 1 AND a.open_count < u.capacity
		AND a.heartbeat_at > now() - make_interval(secs => $1))
ORDER BY q.priority DESC, c.priority DESC, c.requested_at, c.conversation_id
LIMIT $2 FOR UPDATE OF c

-- name: route_candidates
SELECT a.user_id, u.version_id, u.name, u.display_name, u.capacity, a.open_count, a.available_since,
	a.last_assigned_at,
	CASE WHEN a.closed_day = (now() AT TIME ZONE 'America/Argentina/Buenos_Aires')::date
		THEN a.closed_today ELSE 0 END AS closed_today,
	ARRAY(SELECT queue_id FROM user_queue uq WHERE uq.user_id = a.user_id) AS queue_ids,
	ARRAY(SELECT channel_id FROM user_channel uc WHERE uc.user_id = a.user_id) AS channel_ids
FROM agent_state a
JOIN app_user u ON u.user_id = a.user_id AND u.attends AND u.enabled AND u.deleted_at IS NULL
WHERE a.state = 1 AND a.open_count < u.capacity AND a.heartbeat_at > now() - make_interval(secs => $1)
ORDER BY a.user_id FOR UPDATE OF a
