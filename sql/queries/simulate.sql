-- A recorded day of a queue, for lib/routing/simulate.h.

-- name: simulate_queue
SELECT queue_id, name, capacity, service_level_s, strategy FROM queue
WHERE ($1::bigint = 0 OR queue_id = $1) AND ($1 <> 0 OR key = $2::text) AND deleted_at IS NULL

-- name: simulate_arrivals
-- Who waited in it that day, in their order, and who attended them.
SELECT s.started_at, coalesce(s.ended_at, $3::timestamptz) AS ended_at, c.channel_id, c.priority,
	a.user_id, a.started_at AS taken_at, coalesce(a.ended_at, least(now(), $3)) AS closed_at
FROM segment s JOIN conversation c ON c.conversation_id = s.conversation_id
	LEFT JOIN segment a ON s.outcome = 1 AND a.conversation_id = s.conversation_id
		AND a.segment_seq = s.segment_seq + 1 AND a.kind = 3
WHERE s.started_at >= $2::timestamptz AND s.started_at < $3 AND s.kind = 2 AND s.queue_id = $1::bigint
ORDER BY s.started_at, s.conversation_id LIMIT $4

-- name: simulate_operators
-- Whoever attends it now, or did that day.
SELECT u.user_id, u.name, u.capacity,
	ARRAY(SELECT h.channel_id FROM user_channel h WHERE h.user_id = u.user_id ORDER BY h.channel_id) AS channel_ids,
	ARRAY(SELECT h.capacity::bigint FROM user_channel h WHERE h.user_id = u.user_id ORDER BY h.channel_id) AS channel_capacities
FROM app_user u WHERE u.user_id IN (
	SELECT q.user_id FROM user_queue q JOIN app_user x ON x.user_id = q.user_id AND x.attends AND x.deleted_at IS NULL
		WHERE q.queue_id = $1::bigint
	UNION SELECT a.user_id FROM segment a WHERE a.started_at >= $2::timestamptz AND a.started_at < $3::timestamptz
		AND a.kind = 3 AND a.queue_id = $1)
ORDER BY u.name, u.user_id LIMIT $4

-- name: simulate_present
SELECT l.user_id, greatest(l.started_at, $2::timestamptz) AS began, least(coalesce(l.ended_at, now()), $3::timestamptz) AS ended,
	0 AS channel_id
FROM agent_state_log l
WHERE l.user_id = ANY ($1::bigint[]) AND l.state = 1 AND l.started_at < $3
	AND l.started_at > $2 - interval '1 day' AND coalesce(l.ended_at, now()) > $2
ORDER BY l.started_at LIMIT $4

-- name: simulate_others
-- Their cases of other queues that day.
SELECT a.user_id, greatest(a.started_at, $2::timestamptz) AS began, least(coalesce(a.ended_at, now()), $3::timestamptz) AS ended,
	c.channel_id
FROM segment a JOIN conversation c ON c.conversation_id = a.conversation_id
WHERE a.started_at >= $2 AND a.started_at < $3 AND a.kind = 3 AND a.user_id = ANY ($1::bigint[])
	AND a.queue_id IS DISTINCT FROM $4::bigint
ORDER BY a.started_at LIMIT $5

-- name: simulate_seen
-- Whoever arranges queues sees any of them; supervision those that are theirs.
SELECT q.name, q.strategy FROM queue q WHERE q.queue_id = $1::bigint AND q.deleted_at IS NULL
	AND ($3::boolean OR EXISTS (SELECT 1 FROM user_queue uq WHERE uq.queue_id = q.queue_id AND uq.user_id = $2::bigint))
