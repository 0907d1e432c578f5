-- name: session_find
-- The session with its user, permissions and operator's state, and the
-- snapshot that the page's poll starts from. Touches last_seen_at at most once a minute.
WITH s AS MATERIALIZED (
	SELECT session_id, user_id, last_seen_at, view_role_id, encode(token_hash, 'hex') AS csrf_seed
	FROM session, session_limits() l
	WHERE token_hash = $1 AND closed_at IS NULL AND created_at > now() - l.absolute
		AND last_seen_at > now() - l.idle
), touched AS (
	UPDATE session t SET last_seen_at = now() FROM s
	WHERE $2 AND t.session_id = s.session_id AND s.last_seen_at < now() - interval '1 minute'
)
SELECT s.session_id, s.user_id, s.csrf_seed, u.version_id AS user_version_id, u.login, u.name,
	session_duty(s.session_id) AS duty, u.display_name, u.attends, u.sound, pg_current_snapshot()::text AS snapshot,
	coalesce(a.state, 0) AS agent_state, a.break_type_id, a.since AS agent_state_since,
	array_to_string(ARRAY(SELECT DISTINCT p.permission FROM user_role r
		JOIN role ON role.role_id = r.role_id AND role.deleted_at IS NULL
		JOIN role_permission p ON p.role_id = r.role_id WHERE r.user_id = s.user_id), ' ') AS permissions,
	-- Of several roles the one that sees most; one without a limit has none.
	array_to_string(ARRAY(SELECT f.field || ':' || max(f.shows) || ':' || max(f.exports::int)
		FROM user_role r JOIN role ON role.role_id = r.role_id AND role.deleted_at IS NULL
		JOIN role_field f ON f.role_id = r.role_id WHERE r.user_id = s.user_id
		GROUP BY f.field HAVING count(*) = (SELECT count(*) FROM user_role x JOIN role o
			ON o.role_id = x.role_id AND o.deleted_at IS NULL WHERE x.user_id = s.user_id))
		|| ARRAY(SELECT f.field || ':' || f.shows || ':' || f.exports::int FROM role_field f
			WHERE f.role_id = s.view_role_id), ' ') AS sight,
	(SELECT name FROM role WHERE role_id = s.view_role_id) AS view_name,
	array_to_string(ARRAY(SELECT p.permission FROM role_permission p WHERE p.role_id = s.view_role_id), ' ')
		AS view_permissions
FROM s JOIN app_user u ON u.user_id = s.user_id AND u.enabled AND u.deleted_at IS NULL
	LEFT JOIN agent_state a ON a.user_id = s.user_id

-- name: login_find
SELECT u.user_id, u.password_hash, u.enabled, u.attends, u.version_id,
	EXISTS (SELECT 1 FROM login_name n WHERE n.name = left(lower($1), 100) AND n.locked_until > now()) AS locked,
	EXISTS (SELECT 1 FROM login_attempt a WHERE a.address = nullif($2, '')::inet AND a.locked_until > now())
		AS address_locked
FROM (SELECT 1) one LEFT JOIN app_user u ON u.login = lower($1) AND u.deleted_at IS NULL

-- name: login_failed_name
-- 5 failures of a name, there or not, then 2^n seconds, at most 15 minutes; never for ever.
INSERT INTO login_name (name, failed_count) VALUES (left(lower($1), 100), 1)
ON CONFLICT (name) DO UPDATE SET failed_count = login_name.failed_count + 1, last_at = now(),
	locked_until = CASE WHEN login_name.failed_count + 1 >= 5
		THEN now() + least(interval '15 minutes', make_interval(secs => 2 ^ least(login_name.failed_count - 3, 12)))
		END

-- name: login_failed_address
-- An address serves many people: it is slowed later, after 30 failures in an hour.
INSERT INTO login_attempt (address, failed_count) VALUES (nullif($1, '')::inet, 1)
ON CONFLICT (address) DO UPDATE SET
	failed_count = CASE WHEN login_attempt.last_at < now() - interval '1 hour' THEN 1
		ELSE login_attempt.failed_count + 1 END,
	last_at = now(),
	locked_until = CASE WHEN login_attempt.failed_count + 1 >= 30
			AND login_attempt.last_at >= now() - interval '1 hour'
		THEN now() + interval '1 minute' END

-- name: login_name_clear
UPDATE login_name SET failed_count = 0, locked_until = NULL
WHERE name = (SELECT login FROM app_user WHERE user_id = $1) AND failed_count > 0

-- name: login_password_renew
UPDATE app_user SET password_hash = $2 WHERE user_id = $1 AND $2::text IS NOT NULL

-- name: session_insert
-- VS001, VS002: there is no seat (sql/functions/session.sql).
INSERT INTO session (token_hash, user_id, expires_at, address, user_agent)
SELECT $1, $2, now() + l.absolute, nullif($3, '')::inet, left($4, 300) FROM session_limits() l
RETURNING session_id

-- name: session_close
UPDATE session SET closed_at = now(), close_reason = $2
WHERE session_id = $1 AND closed_at IS NULL

-- name: session_other_open
SELECT count(*) AS others FROM session, session_limits() l
WHERE user_id = $1 AND session_id <> $2 AND closed_at IS NULL AND created_at > now() - l.absolute
	AND last_seen_at > now() - l.idle

-- name: agent_state_lock
SELECT a.state, a.break_type_id, u.version_id, u.attends
FROM app_user u JOIN agent_state a ON a.user_id = u.user_id
WHERE u.user_id = $1 FOR UPDATE OF a

-- name: agent_state_ensure
INSERT INTO agent_state (user_id) VALUES ($1) ON CONFLICT DO NOTHING

-- name: agent_state_set
-- To go out is no sign of life: the system does it for who is gone.
UPDATE agent_state SET state = $2::smallint, break_type_id = $3, since = now(),
	heartbeat_at = CASE WHEN $2::smallint = 0 THEN heartbeat_at ELSE now() END,
	available_since = CASE WHEN $2::smallint = 1 THEN now() ELSE available_since END,
	session_id = nullif($4::bigint, 0)
WHERE user_id = $1

-- name: agent_state_log_end
UPDATE agent_state_log SET ended_at = now() WHERE user_id = $1 AND ended_at IS NULL

-- name: agent_state_log_start
INSERT INTO agent_state_log (user_id, user_version_id, session_id, state, break_type_id, started_at,
	set_by, reason)
VALUES ($1, $2, nullif($3::bigint, 0), $4, $5, now(), nullif($6::bigint, 0), $7)

-- name: audit_insert
INSERT INTO audit (actor_id, actor_name, program, action, entity, entity_id, conversation_id,
	session_id, address, user_agent, request_id, before, after)
VALUES (nullif($1::bigint, 0), coalesce((SELECT name FROM app_user WHERE user_id = $1), 'sistema'), $2, $3, $4,
	nullif($5::bigint, 0), nullif($6::bigint, 0), nullif($7::bigint, 0), nullif($8, '')::inet, left($9, 300), $10, $11, $12)

-- name: once_claim
-- One row: fresh true when this is the first time.
WITH i AS (
	INSERT INTO submission (user_id, once) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING 1
)
SELECT EXISTS (SELECT 1 FROM i) AS fresh,
	(SELECT answer FROM submission WHERE user_id = $1 AND once = $2) AS answer

-- name: once_answer
UPDATE submission SET answer = $3 WHERE user_id = $1 AND once = $2

-- name: sound_set
-- A volume below 0: as it is.
UPDATE app_user SET sound = $2, volume = CASE WHEN $3::bigint < 0 THEN volume ELSE $3::bigint END WHERE user_id = $1

-- name: once_find
SELECT answer FROM submission WHERE user_id = $1 AND once = $2

-- name: edit_lock
SELECT pg_advisory_xact_lock(hashtextextended($1 || ':' || $2::bigint::text, 0)) IS NULL AS locked

-- name: edit_last
SELECT actor_name, at, before, after FROM audit
WHERE entity = $1 AND entity_id = $2::bigint ORDER BY at DESC LIMIT 1

-- name: setting_scan_ask
-- A test of the antivirus, which the worker makes.
UPDATE scan_health SET asked_at = clock_timestamp() RETURNING asked_at

-- name: setting_scan_answer
SELECT answer FROM scan_health WHERE answered_at >= $1::timestamptz

-- name: setting_list
SELECT key, value #>> '{}' AS value, revision FROM setting

-- name: setting_set
-- The same value again is no change, nor is the default ($3) of what was never set.
INSERT INTO setting (key, value) SELECT $1, to_jsonb($2::text)
WHERE $2::text <> $3::text OR EXISTS (SELECT 1 FROM setting WHERE key = $1)
ON CONFLICT (key) DO UPDATE SET value = excluded.value, changed_at = now(), revision = setting.revision + 1
	WHERE setting.value <> excluded.value

-- name: setting_snapshot
-- Of a secret, which is encrypted anew each time: that it changed, and nothing of it.
SELECT coalesce(sum(revision), 0)::bigint AS revision, coalesce(jsonb_object_agg(key,
	CASE WHEN key = 'mail.password' AND value <> '""' THEN to_jsonb('•••• ' || left(encode(sha256(convert_to(value #>> '{}',
		'UTF8')), 'hex'), 6)) ELSE value END), '{}') AS snapshot
FROM setting WHERE $1::bigint = 1
