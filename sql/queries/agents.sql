-- Operators as supervision sees them: those of the viewer's queues ($1 to $3, as everywhere).

-- name: agents
-- A page of them. $4: only of this queue, 0 all; $5: only those whose state is of this kind ('' all): in, busy, free, away,
-- out, or a state's name; $6: part of a name, or how a staff number begins; $7: order (since, open, seen: the longest, the
-- most, the longest ago first; anything else: by name); $8: rows; $9: those before, as far as there are. total, present: of
-- all pages; first: those before this page. used_s, allowance_s: breaks of today.
WITH day AS MATERIALIZED (
	SELECT date_trunc('day', now() AT TIME ZONE 'America/Argentina/Buenos_Aires')
		AT TIME ZONE 'America/Argentina/Buenos_Aires' AS start
), limits AS MATERIALIZED (
	SELECT idle, absolute FROM session_limits()
), viewer AS MATERIALIZED (
	SELECT ARRAY(SELECT q.queue_id FROM user_queue q WHERE q.user_id = $1::bigint) AS queue_ids
), people AS (
	SELECT u.user_id, u.name, u.staff_number, u.office, u.capacity, coalesce(a.open_count, 0) AS open_count,
		a.break_type_id, a.since, a.heartbeat_at, s.last_seen_at, s.last_seen_at IS NOT NULL AS inside,
		CASE WHEN s.last_seen_at IS NULL THEN 0 ELSE coalesce(a.state, 0) END AS state
	FROM app_user u CROSS JOIN viewer v CROSS JOIN limits l LEFT JOIN agent_state a ON a.user_id = u.user_id
		LEFT JOIN LATERAL (SELECT max(s.last_seen_at) AS last_seen_at FROM session s WHERE s.user_id = u.user_id
			AND s.closed_at IS NULL AND s.created_at > now() - l.absolute AND s.last_seen_at > now() - l.idle) s ON true
	WHERE u.attends AND u.enabled AND u.deleted_at IS NULL
		AND ($3::boolean OR ($2::boolean AND EXISTS (SELECT 1 FROM user_queue q
			WHERE q.user_id = u.user_id AND q.queue_id = ANY (v.queue_ids))))
		AND ($4::bigint = 0 OR EXISTS (SELECT 1 FROM user_queue q WHERE q.user_id = u.user_id AND q.queue_id = $4))
		AND ($6 = '' OR position(text_folded($6) IN text_folded(u.name)) > 0 OR starts_with(u.staff_number, $6))
), found AS MATERIALIZED (
	SELECT * FROM people p
	WHERE CASE $5 WHEN '' THEN true WHEN 'in' THEN p.inside WHEN 'busy' THEN p.state = 1 AND p.open_count > 0
		WHEN 'free' THEN p.state = 1 AND p.open_count = 0 WHEN 'away' THEN p.inside AND p.state <> 1
		ELSE p.state = (SELECT c.value FROM code c WHERE c.list = 'agent_state' AND c.name = $5) END
), counted AS MATERIALIZED (
	SELECT count(*) AS total, count(*) FILTER (WHERE inside) AS present,
		least($9::bigint, greatest(count(*) - 1, 0) / $8::bigint * $8) AS first FROM found
), page AS (
	SELECT f.*, row_number() OVER (ORDER BY CASE $7 WHEN 'open' THEN -f.open_count
		WHEN 'since' THEN CASE WHEN f.inside THEN extract(epoch FROM f.since) END
		WHEN 'seen' THEN extract(epoch FROM f.last_seen_at) ELSE 0 END NULLS LAST, lower(f.name), f.user_id) AS place
	FROM found f ORDER BY place LIMIT $8 OFFSET (SELECT first FROM counted)
)
SELECT p.user_id, p.name, p.staff_number, p.office, p.capacity, p.open_count, p.state, p.since, p.last_seen_at, p.inside,
	p.state = 1 AND greatest(p.heartbeat_at, (SELECT presence_since())) <= now() - interval '90 seconds' AS silent,
	n.total, n.present, n.first,
	(SELECT b.name FROM break_type b WHERE b.break_type_id = p.break_type_id AND p.state = 2) AS break_name,
	(SELECT string_agg(q.name, ', ' ORDER BY q.name) FROM user_queue x JOIN queue q ON q.queue_id = x.queue_id
		AND q.deleted_at IS NULL WHERE x.user_id = p.user_id) AS queues,
	(SELECT coalesce(extract(epoch FROM sum(coalesce(g.ended_at, now()) - greatest(g.started_at, day.start))), 0)::bigint
		FROM agent_state_log g, day WHERE g.user_id = p.user_id AND g.break_type_id IS NOT NULL
			AND g.started_at > day.start - interval '1 day' AND coalesce(g.ended_at, now()) > day.start) AS used_s,
	(SELECT coalesce(sum(b.allowance_s), 0) FROM break_type b WHERE b.enabled AND b.deleted_at IS NULL
		AND (b.everybody OR user_among(p.user_id, b.user_ids, b.group_ids))) AS allowance_s
FROM page p, counted n
ORDER BY p.place

-- name: agents_breaks
-- What somebody can be sent to.
SELECT break_type_id, name FROM break_type WHERE enabled AND deleted_at IS NULL ORDER BY position, lower(name)

-- name: agent_supervised
-- One of the viewer's operators, their state, and whether they are in now. No row: none of theirs.
SELECT u.user_id, u.name, coalesce(a.state, 0) AS state, coalesce(a.break_type_id, 0) AS break_type_id, EXISTS (SELECT 1 FROM session s, session_limits() l WHERE s.user_id = u.user_id
	AND s.closed_at IS NULL AND s.created_at > now() - l.absolute AND s.last_seen_at > now() - l.idle) AS inside
FROM app_user u LEFT JOIN agent_state a ON a.user_id = u.user_id
WHERE u.user_id = $4::bigint AND u.attends AND u.enabled AND u.deleted_at IS NULL
	AND ($3::boolean OR ($2::boolean AND EXISTS (SELECT 1 FROM user_queue x JOIN user_queue y ON y.queue_id = x.queue_id
		WHERE x.user_id = u.user_id AND y.user_id = $1::bigint)))

-- name: agent_sessions
SELECT session_id FROM session WHERE user_id = $1::bigint AND closed_at IS NULL
