-- name: expire_due
-- Conversations whose time ran out, and why; the lock and a second look come after.
SELECT c.conversation_id, 'left' AS why, c.queue_id FROM conversation c
	JOIN channel h ON h.channel_id = c.channel_id JOIN visitor v ON v.visitor_id = c.visitor_id
	WHERE c.state = 2 AND greatest(v.last_seen_at, (SELECT presence_since())) < now() - make_interval(secs => h.heartbeat_lost_s)
		AND c.last_contact_at < now() - make_interval(secs => h.heartbeat_lost_s)
LIMIT 200

-- name: expire_overflow
-- Where a conversation goes that waited too long: its queue's overflow, when that attends its channel and it has not
-- waited there before.
SELECT o.queue_id, jsonb_build_object('queue', q.name) AS before,
	jsonb_build_object('queue', o.name, 'why', 'max_wait', 'max_wait_s', q.max_wait_s) AS after
FROM conversation c JOIN queue q ON q.queue_id = c.queue_id
	JOIN queue o ON o.queue_id = q.overflow_queue_id AND o.deleted_at IS NULL
		AND (o.channel_ids = '{}' OR c.channel_id = ANY (o.channel_ids))
WHERE c.conversation_id = $1::bigint AND NOT EXISTS (SELECT 1 FROM segment s
	WHERE s.conversation_id = c.conversation_id AND s.kind = 2 AND s.queue_id = o.queue_id)

-- name: expire_waiting
-- Who has waited longer than the queue lets them; what is not of its hours is taken off after.
SELECT c.conversation_id, c.queue_id, q.max_wait_s FROM conversation c JOIN queue q ON q.queue_id = c.queue_id
	JOIN segment s ON s.conversation_id = c.conversation_id AND s.segment_seq = c.segment_seq
WHERE c.state = 2 AND s.started_at < now() - make_interval(secs => q.max_wait_s)
ORDER BY s.started_at LIMIT 2000

-- name: expire_agents
-- Operators nobody sees any more: no page of theirs has been open for two minutes in which we listened.
SELECT user_id FROM agent_state WHERE state <> 0
	AND greatest(heartbeat_at, (SELECT presence_since())) < now() - interval '2 minutes' LIMIT 200

-- name: expire_breaks
SELECT a.user_id FROM agent_state a JOIN break_type b ON b.break_type_id = a.break_type_id
WHERE a.state = 2 AND b.over = 1 AND ((b.longest_s > 0 AND a.since < now() - make_interval(secs => b.longest_s))
	OR (b.allowance_s > 0 AND break_used(a.user_id, b.break_type_id) >= b.allowance_s))
LIMIT 200

-- name: expire_sessions
-- Over the idle or the absolute limit: closed on record (and their polls told: trigger session_wake).
UPDATE session SET closed_at = now(),
	close_reason = CASE WHEN created_at <= now() - l.absolute THEN 'absolute' ELSE 'idle' END
FROM session_limits() l
WHERE session_id = ANY (ARRAY(SELECT session_id FROM session, session_limits() m
	WHERE closed_at IS NULL
		AND (created_at <= now() - m.absolute OR last_seen_at < now() - m.idle) LIMIT 500))

-- name: expire_seat_peak
-- Whoever stays over midnight counts for the new day too.
SELECT seat_note_peak(seat_people()) IS NULL AS noted

-- name: expire_notices
-- Those that wait longer than their queue's level of service, once for each stretch of waiting; told to whoever of the
-- queue is in and whose roles want it.
WITH wants AS MATERIALIZED (
	SELECT DISTINCT s.user_id FROM session s
		JOIN app_user u ON u.user_id = s.user_id AND u.enabled AND u.deleted_at IS NULL
		JOIN user_role ur ON ur.user_id = s.user_id JOIN role r ON r.role_id = ur.role_id AND r.deleted_at IS NULL
		JOIN notice_rule n ON n.role_id = r.role_id AND n.event = 4 AND (n.sound OR n.shown OR n.browser)
	WHERE s.closed_at IS NULL
)
INSERT INTO notice (event, user_id, conversation_id, queue_id)
SELECT 4, w.user_id, c.conversation_id, c.queue_id
FROM conversation c JOIN queue q ON q.queue_id = c.queue_id
	JOIN segment s ON s.conversation_id = c.conversation_id AND s.segment_seq = c.segment_seq
	JOIN user_queue uq ON uq.queue_id = c.queue_id JOIN wants w ON w.user_id = uq.user_id
WHERE c.state = 2 AND s.started_at < now() - make_interval(secs => q.service_level_s)
	AND NOT EXISTS (SELECT 1 FROM notice n WHERE n.conversation_id = c.conversation_id AND n.event = 4
		AND n.at >= s.started_at)
