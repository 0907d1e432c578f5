-- Who is in, and the seats.

-- name: session_list
-- Everybody who is in now, with what each did last.
SELECT s.session_id, s.user_id, u.name, u.login, s.created_at, s.last_seen_at, host(s.address) AS address,
	coalesce(s.user_agent, '') AS user_agent, u.attends, coalesce(a.state, 0) AS state,
	array_to_string(ARRAY(SELECT r.name FROM user_role ur JOIN role r ON r.role_id = ur.role_id
		AND r.deleted_at IS NULL WHERE ur.user_id = s.user_id ORDER BY r.name), ', ') AS roles
FROM session s CROSS JOIN session_limits() l JOIN app_user u ON u.user_id = s.user_id
	LEFT JOIN agent_state a ON a.user_id = s.user_id
WHERE s.closed_at IS NULL AND s.created_at > now() - l.absolute AND s.last_seen_at > now() - l.idle
ORDER BY lower(u.name), s.created_at LIMIT 5000

-- name: session_end
-- No row: closed already, or never was.
UPDATE session s SET closed_at = now(), close_reason = $2 FROM app_user u
WHERE s.session_id = $1::bigint AND s.closed_at IS NULL AND u.user_id = s.user_id
RETURNING s.user_id, u.name, u.attends, host(s.address) AS address,
	(extract(epoch FROM s.created_at) * 1000000)::bigint AS since

-- name: session_of_token
SELECT session_id FROM session WHERE token_hash = $1 AND closed_at IS NULL

-- name: session_exists
SELECT EXISTS (SELECT 1 FROM session WHERE session_id = $1::bigint) AS there

-- name: session_end_all
UPDATE session SET closed_at = now(), close_reason = $2
WHERE user_id = $1::bigint AND closed_at IS NULL RETURNING session_id

-- name: seat_summary
-- One row: the rule, who is in, who holds one by name, the peaks.
SELECT r.seats, r.named, seat_people() AS people, seat_named_count() AS named_count,
	coalesce((SELECT p.people FROM seat_peak p
		WHERE p.day = (now() AT TIME ZONE 'America/Argentina/Buenos_Aires')::date), 0) AS today,
	b.people AS best, b.at AS best_at
FROM seat_rule() r LEFT JOIN LATERAL (SELECT p.people, p.at FROM seat_peak p ORDER BY p.people DESC, p.day LIMIT 1) b
	ON true

-- name: seat_users
-- Whom a named seat may be given to, and who holds one.
SELECT u.user_id, u.name, u.login, EXISTS (SELECT 1 FROM user_seat h WHERE h.user_id = u.user_id AND h.until IS NULL)
	AS chosen
FROM app_user u WHERE u.deleted_at IS NULL AND u.enabled ORDER BY lower(u.name), u.user_id LIMIT 5000

-- name: seat_snapshot
-- Seats are one thing to the record of changes: id 1.
SELECT count(*) + count(h.until) + 1 AS revision, jsonb_build_object('users',
	coalesce(jsonb_agg(u.name ORDER BY lower(u.name), u.user_id) FILTER (WHERE h.until IS NULL AND u.enabled
		AND u.deleted_at IS NULL), '[]')) AS snapshot
FROM user_seat h JOIN app_user u ON u.user_id = h.user_id WHERE $1::bigint = 1

-- name: seat_choose
SELECT seat_choose($1) IS NULL AS done
