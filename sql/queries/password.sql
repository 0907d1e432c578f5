-- Passwords of ours.

-- name: session_duty
SELECT session_duty($1::bigint) AS duty

-- name: password_set
-- $3: it is for once.
WITH kept AS (INSERT INTO password_history (user_id, password_hash) VALUES ($1::bigint, $2))
UPDATE app_user SET password_hash = $2, password_set_at = now(), password_temporary = $3 WHERE user_id = $1::bigint

-- name: password_person
-- What nobody should build a password of, and how they get in now.
SELECT login, name, coalesce(staff_number, '') AS staff_number, coalesce(dni, '') AS dni,
	coalesce(email, '') AS email, coalesce(office, '') AS office, password_hash, enabled
FROM app_user WHERE user_id = $1::bigint AND deleted_at IS NULL

-- name: password_earlier
-- The last $2 of theirs.
SELECT password_hash FROM password_history WHERE user_id = $1::bigint
ORDER BY password_history_id DESC LIMIT $2::bigint
