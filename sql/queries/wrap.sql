-- The time to finish after a close: segments of kind wrap (4), and agent_state.wrap_until.

-- name: wrap_begin
-- Of several closes the longest counts.
UPDATE agent_state SET wrap_until = greatest(wrap_until, $2::timestamptz + make_interval(secs => $3::bigint))
WHERE user_id = $1::bigint

-- name: wrap_lock
-- Those that somebody is finishing; their rows first, then theirs.
SELECT c.conversation_id FROM conversation c JOIN segment s ON s.conversation_id = c.conversation_id
	AND s.segment_seq = c.segment_seq
WHERE s.user_id = $1::bigint AND s.kind = 4 AND s.ended_at IS NULL
ORDER BY c.conversation_id FOR UPDATE OF c

-- name: wrap_state
SELECT wrap_until FROM agent_state WHERE user_id = $1::bigint AND wrap_until IS NOT NULL FOR UPDATE

-- name: wrap_segments
-- $3: 12 they said so, 9 the time was over.
WITH ended AS (
	UPDATE segment SET ended_at = greatest(started_at, $2::timestamptz), outcome = $3
	WHERE user_id = $1::bigint AND kind = 4 AND ended_at IS NULL RETURNING conversation_id
)
UPDATE conversation c SET segment_kind = NULL FROM ended WHERE c.conversation_id = ended.conversation_id AND c.segment_kind = 4

-- name: wrap_end
-- In the waiting order from now on.
UPDATE agent_state SET wrap_until = NULL, available_since = $2::timestamptz WHERE user_id = $1::bigint

-- name: wrap_due
SELECT user_id FROM agent_state WHERE wrap_until <= now() LIMIT 200
