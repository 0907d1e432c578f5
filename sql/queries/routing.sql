-- What the router asks (lib/routing/assign.c): who waits, then locks, then the figures under the locks. Each is a
-- statement of its own, so that what the locks had to wait for is seen.

-- name: route_waiting
-- First come, first served within priority; only those that somebody free can take, so that a queue without operators
-- never holds up the others.
WITH ready AS MATERIALIZED (
	SELECT w.queue_id, w.channel_id, q.priority
	FROM (SELECT DISTINCT c.queue_id, c.channel_id FROM conversation c WHERE c.state = 2) w
		JOIN queue q ON q.queue_id = w.queue_id AND q.strategy <> 6
	WHERE EXISTS (SELECT 1 FROM user_queue uq
		JOIN agent_state a ON a.user_id = uq.user_id AND a.state = 1 AND (a.wrap_until IS NULL OR a.wrap_until <= now())
			AND a.heartbeat_at > now() - make_interval(secs => $1)
		JOIN app_user u ON u.user_id = uq.user_id AND u.attends AND u.enabled AND u.deleted_at IS NULL
			AND a.open_count < u.capacity
		JOIN user_channel uc ON uc.user_id = uq.user_id AND uc.channel_id = w.channel_id
			AND (uc.capacity = 0 OR uc.capacity > (SELECT count(*) FROM conversation o
				WHERE o.state = 3 AND o.user_id = uc.user_id AND o.channel_id = uc.channel_id))
		WHERE uq.queue_id = w.queue_id AND (q.capacity = 0 OR q.capacity > (SELECT count(*) FROM conversation o
			WHERE o.state = 3 AND o.queue_id = w.queue_id AND o.user_id = uq.user_id)))
)
SELECT ARRAY(SELECT c.conversation_id FROM conversation c
	JOIN ready r ON r.queue_id = c.queue_id AND r.channel_id = c.channel_id
	WHERE c.state = 2 ORDER BY r.priority DESC, c.priority DESC, c.requested_at, c.conversation_id LIMIT $2)
	AS conversation_ids

-- name: route_lock_cases
-- By number, as intake locks them.
SELECT conversation_id FROM conversation WHERE conversation_id = ANY ($1::bigint[]) ORDER BY conversation_id FOR UPDATE

-- name: route_lock_agents
-- Whoever attends one of their queues. Who becomes available later comes with the next pass.
SELECT coalesce(array_agg(l.user_id), '{}') AS user_ids FROM (
	SELECT a.user_id FROM agent_state a
	WHERE a.state = 1 AND a.user_id IN (SELECT uq.user_id FROM user_queue uq WHERE uq.queue_id IN (
		SELECT c.queue_id FROM conversation c WHERE c.conversation_id = ANY ($1::bigint[])))
	ORDER BY a.user_id FOR UPDATE) l

-- name: route_cases
-- With the operator a returning contact had last, and those who let it pass.
SELECT c.*, q.strategy, q.priority AS queue_priority, CASE WHEN q.greeting_mode = 1 THEN q.greeting END AS greeting,
	k.name AS contact_name, k.cuit, q.name AS queue_name, h.name AS channel_name,
	-- Of one that was closed and taken up again, whoever had it.
	coalesce(c.user_id, CASE WHEN q.preferred_hours > 0 THEN (SELECT p.user_id FROM conversation p
		WHERE p.contact_id = c.contact_id AND p.state = 4 AND p.user_id IS NOT NULL
			AND p.closed_at > now() - make_interval(hours => q.preferred_hours)
		ORDER BY p.opened_at DESC LIMIT 1) END) AS preferred_id,
	ARRAY(SELECT DISTINCT a.user_id FROM assignment a
		WHERE a.conversation_id = c.conversation_id AND a.outcome IN (7, 8, 13)) AS passed_ids
FROM conversation c JOIN queue q ON q.queue_id = c.queue_id JOIN contact k ON k.contact_id = c.contact_id
	JOIN channel h ON h.channel_id = c.channel_id
WHERE c.conversation_id = ANY ($1::bigint[]) AND c.state = 2

-- name: route_candidates
-- Of the locked ones those who may get something of these queues ($3 are the cases).
SELECT a.user_id, u.version_id, u.name, u.display_name, u.capacity, a.open_count, a.available_since,
	a.last_assigned_at,
	CASE WHEN a.closed_day = (now() AT TIME ZONE 'America/Argentina/Buenos_Aires')::date
		THEN a.closed_today ELSE 0 END AS closed_today,
	ARRAY(SELECT uq.queue_id FROM user_queue uq WHERE uq.user_id = a.user_id AND uq.queue_id = ANY (w.queue_ids)
		ORDER BY uq.queue_id) AS queue_ids,
	-- How many more of each of those queues, in the same order; of the channels too.
	ARRAY(SELECT CASE WHEN q.capacity = 0 THEN 1000 ELSE q.capacity - (SELECT count(*) FROM conversation o
		WHERE o.state = 3 AND o.queue_id = q.queue_id AND o.user_id = a.user_id) END
		FROM user_queue uq JOIN queue q ON q.queue_id = uq.queue_id
		WHERE uq.user_id = a.user_id AND uq.queue_id = ANY (w.queue_ids) ORDER BY uq.queue_id) AS queue_room,
	ARRAY(SELECT uc.channel_id FROM user_channel uc WHERE uc.user_id = a.user_id
		AND uc.channel_id = ANY (w.channel_ids) ORDER BY uc.channel_id) AS channel_ids,
	ARRAY(SELECT CASE WHEN uc.capacity = 0 THEN 1000 ELSE uc.capacity - (SELECT count(*) FROM conversation o
		WHERE o.state = 3 AND o.user_id = uc.user_id AND o.channel_id = uc.channel_id) END
		FROM user_channel uc WHERE uc.user_id = a.user_id AND uc.channel_id = ANY (w.channel_ids)
		ORDER BY uc.channel_id) AS channel_room
FROM (SELECT array_agg(DISTINCT c.queue_id) AS queue_ids, array_agg(DISTINCT c.channel_id) AS channel_ids
	FROM conversation c WHERE c.conversation_id = ANY ($3::bigint[]) AND c.state = 2) w,
	agent_state a JOIN app_user u ON u.user_id = a.user_id AND u.attends AND u.enabled AND u.deleted_at IS NULL
WHERE a.user_id = ANY ($2::bigint[]) AND a.state = 1 AND (a.wrap_until IS NULL OR a.wrap_until <= now())
	AND a.open_count < u.capacity
	AND a.heartbeat_at > now() - make_interval(secs => $1)
ORDER BY a.user_id

-- name: release_due
-- Cases to give back: of operators nobody sees any more, of those who attend no more, and those that nobody answered in
-- the queue's time. The lock and a second look come after. While we did not listen nobody is gone, and nobody saw what
-- they were given.
WITH presence AS MATERIALIZED (SELECT presence_since() AS since)
SELECT c.conversation_id, c.user_id, 'disconnected' AS why, false AS out FROM presence p, agent_state a
	JOIN conversation c ON c.state = 3 AND c.user_id = a.user_id
WHERE greatest(a.heartbeat_at, p.since) < now() - interval '2 minutes' AND a.open_count > 0
UNION ALL
SELECT c.conversation_id, c.user_id, 'disabled', false FROM app_user u JOIN conversation c ON c.state = 3 AND c.user_id = u.user_id
WHERE NOT u.enabled OR u.deleted_at IS NOT NULL OR (NOT u.attends AND NOT user_supervises(u.user_id))
UNION ALL
SELECT c.conversation_id, c.user_id, 'unanswered', q.answer_out FROM presence p, queue q
	JOIN conversation c ON c.state = 3 AND c.queue_id = q.queue_id
WHERE q.answer_s > 0 AND c.segment_first_message_at IS NULL AND c.held_at IS NULL
	AND greatest(c.assigned_at, p.since) < now() - make_interval(secs => q.answer_s)
LIMIT 200

-- name: release_disabled
SELECT c.conversation_id, c.user_id, 'disabled' AS why, false AS out
FROM app_user u JOIN conversation c ON c.state = 3 AND c.user_id = u.user_id
WHERE NOT u.enabled OR u.deleted_at IS NOT NULL OR (NOT u.attends AND NOT user_supervises(u.user_id))
ORDER BY c.requested_at LIMIT 200

-- name: release_check
-- Is it still so? One row when it is; under the locks of the case and its operator.
SELECT coalesce(a.state, 0) AS agent_state FROM conversation c JOIN app_user u ON u.user_id = c.user_id
	LEFT JOIN agent_state a ON a.user_id = c.user_id LEFT JOIN queue q ON q.queue_id = c.queue_id,
	presence_since() AS presence (since)
WHERE c.conversation_id = $1::bigint AND c.state = 3 AND c.user_id = $2::bigint AND CASE $3
	WHEN 'disconnected' THEN greatest(a.heartbeat_at, presence.since) < now() - interval '2 minutes'
	WHEN 'disabled' THEN NOT u.enabled OR u.deleted_at IS NOT NULL OR (NOT u.attends AND NOT user_supervises(u.user_id))
	ELSE q.answer_s > 0 AND c.segment_first_message_at IS NULL AND c.held_at IS NULL
		AND greatest(c.assigned_at, presence.since) < now() - make_interval(secs => q.answer_s) END
