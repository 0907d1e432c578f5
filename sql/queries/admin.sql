-- name: user_add
INSERT INTO app_user (login, name, display_name, password_hash, staff_number, office, email, attends, capacity)
VALUES (lower($1), $2, split_part($2, ' ', 1), $3, nullif($4, ''), nullif($5, ''), nullif($6, ''), $7,
	CASE WHEN $7 THEN 5 ELSE 0 END)
RETURNING user_id

-- name: user_add_role
INSERT INTO user_role (user_id, role_id)
SELECT $1, role_id FROM role WHERE key = $2 AND deleted_at IS NULL
RETURNING role_id

-- name: user_add_everything
-- A new operator attends every queue and channel there is; an administrator narrows it later.
WITH q AS (INSERT INTO user_queue (user_id, queue_id)
	SELECT $1, queue_id FROM queue WHERE deleted_at IS NULL),
c AS (INSERT INTO user_channel (user_id, channel_id)
	SELECT $1, channel_id FROM channel WHERE deleted_at IS NULL)
INSERT INTO agent_state (user_id) SELECT $1 WHERE $2::boolean

-- name: partition_maintain
SELECT partition_maintain(now()) AS made

-- name: partition_ahead
SELECT partition_days_ahead(now()) AS days

-- name: prune_small_tables
-- What is only needed for minutes or days goes, in slices.
WITH w AS (DELETE FROM wake WHERE ctid = ANY (ARRAY(
	SELECT ctid FROM wake WHERE at < now() - interval '3 minutes' LIMIT 5000))),
s AS (DELETE FROM submission WHERE ctid = ANY (ARRAY(
	SELECT ctid FROM submission WHERE at < now() - interval '3 days' LIMIT 5000))),
n AS (DELETE FROM login_name WHERE ctid = ANY (ARRAY(
	SELECT ctid FROM login_name WHERE last_at < now() - interval '1 day' LIMIT 5000))),
a AS (DELETE FROM login_attempt WHERE address = ANY (ARRAY(
	SELECT address FROM login_attempt WHERE last_at < now() - interval '1 day' LIMIT 5000))),
i AS (UPDATE user_import SET content = NULL WHERE content IS NOT NULL AND created_at < now() - interval '7 days'),
t AS (DELETE FROM notice WHERE ctid = ANY (ARRAY(
	SELECT n.ctid FROM notice n, (SELECT make_interval(days => coalesce(max((value #>> '{}')::int), 30)) AS kept
		FROM setting WHERE key = 'notice.keep_days') k WHERE n.at < now() - k.kept LIMIT 5000))),
m AS (DELETE FROM provider_media WHERE ctid = ANY (ARRAY(
	SELECT ctid FROM provider_media WHERE expires_at < now() LIMIT 5000))),
l AS (DELETE FROM line_count WHERE ctid = ANY (ARRAY(
	SELECT ctid FROM line_count WHERE slot < now() - interval '30 days' LIMIT 5000))),
p AS (DELETE FROM provider_message WHERE ctid = ANY (ARRAY(
	SELECT ctid FROM provider_message WHERE at < now() - interval '90 days' LIMIT 5000))),
o AS (DELETE FROM message_part WHERE ctid = ANY (ARRAY(
	SELECT ctid FROM message_part WHERE at < now() - interval '90 days' LIMIT 5000))),
d AS (DELETE FROM inbound_dedupe WHERE ctid = ANY (ARRAY(
	SELECT ctid FROM inbound_dedupe WHERE at < now() - interval '45 days' LIMIT 5000)))
SELECT 1 AS done

-- name: replay_rows
-- Rows of the door once more into the queue, in the lane of their channel's conversations; not those that are older
-- than the memory of repeats, nor those that wait there already.
WITH asked AS (
	SELECT a.inbound_id, i.received_at FROM unnest($1::bigint[]) a (inbound_id)
		LEFT JOIN inbound i ON i.inbound_id = a.inbound_id AND i.received_at > now() - interval '45 days'
), queued AS (
	INSERT INTO inbound_queue (lane, inbound_id, received_at)
	SELECT 0, a.inbound_id, a.received_at FROM asked a WHERE a.received_at > now() - interval '44 days'
		AND NOT EXISTS (SELECT 1 FROM inbound_queue q WHERE q.inbound_id = a.inbound_id)
	RETURNING inbound_id
)
SELECT a.inbound_id, CASE WHEN q.inbound_id IS NOT NULL THEN 'queued' WHEN a.received_at IS NULL THEN 'is not kept'
	WHEN a.received_at <= now() - interval '44 days' THEN 'is older than the memory of repeats'
	ELSE 'waits already' END AS outcome
FROM asked a LEFT JOIN queued q USING (inbound_id) ORDER BY a.inbound_id

-- name: check_invariants
-- Each row is a promise and how often it is broken; all must be 0.
SELECT 'conversation_without_open_segment' AS promise, count(*) AS broken FROM conversation c
	WHERE c.state <> 4 AND NOT EXISTS (SELECT 1 FROM segment s
		WHERE s.conversation_id = c.conversation_id AND s.ended_at IS NULL)
UNION ALL SELECT 'closed_with_open_segment', count(*) FROM segment s
	JOIN conversation c USING (conversation_id) WHERE s.ended_at IS NULL AND c.state = 4
UNION ALL SELECT 'active_without_assignment', count(*) FROM conversation c
	WHERE c.state = 3 AND NOT EXISTS (SELECT 1 FROM assignment a
		WHERE a.conversation_id = c.conversation_id AND a.ended_at IS NULL AND a.user_id = c.user_id)
UNION ALL SELECT 'assignment_of_a_conversation_not_active', count(*) FROM assignment a
	JOIN conversation c USING (conversation_id) WHERE a.ended_at IS NULL AND c.state <> 3
UNION ALL SELECT 'operator_case_count', count(*) FROM agent_state a
	WHERE a.open_count <> (SELECT count(*) FROM conversation c WHERE c.state = 3 AND c.user_id = a.user_id)
UNION ALL SELECT 'operator_over_capacity', count(*) FROM agent_state a JOIN app_user u USING (user_id)
	WHERE a.open_count > u.capacity
UNION ALL SELECT 'segments_overlap', count(*) FROM segment s JOIN segment t
	ON t.conversation_id = s.conversation_id AND t.segment_seq = s.segment_seq + 1
	WHERE s.ended_at IS NULL OR t.started_at < s.ended_at
UNION ALL SELECT 'message_sequence', count(*) FROM conversation c
	WHERE c.opened_at > now() - interval '7 days'
	AND c.seq <> (SELECT count(*) FROM message m WHERE m.conversation_id = c.conversation_id
		AND m.created_at >= c.opened_at - interval '1 day')

-- name: worker_idle
-- A sign of life: a session silent for 15 s counts as hung.
SELECT 1 AS alive
