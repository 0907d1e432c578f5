-- The second factor: codes of a telephone, and what gets in whose telephone is lost.

-- name: factor_find
SELECT u.totp_seed, u.totp_since, u.login, u.name,
	(SELECT count(*) FROM recovery_code c WHERE c.user_id = u.user_id AND c.used_at IS NULL AND c.revoked_at IS NULL)
		AS codes,
	EXISTS (SELECT 1 FROM user_role x JOIN role r ON r.role_id = x.role_id AND r.deleted_at IS NULL
		AND r.factor_required WHERE x.user_id = u.user_id) AS required
FROM app_user u WHERE u.user_id = $1::bigint AND u.deleted_at IS NULL

-- name: factor_set
UPDATE app_user SET totp_seed = $2, totp_step = $3::bigint, totp_since = now()
WHERE user_id = $1::bigint AND totp_seed IS NULL RETURNING user_id

-- name: factor_use
-- No row: this code, or a later one, was used before.
UPDATE app_user SET totp_step = $2::bigint
WHERE user_id = $1::bigint AND totp_seed IS NOT NULL AND coalesce(totp_step, 0) < $2::bigint RETURNING user_id

-- name: factor_clear
UPDATE app_user SET totp_seed = NULL, totp_step = NULL, totp_since = NULL WHERE user_id = $1::bigint

-- name: factor_shown
UPDATE session SET factor_at = now() WHERE session_id = $1::bigint

-- name: recovery_insert
INSERT INTO recovery_code (user_id, code_hash) VALUES ($1::bigint, $2)

-- name: recovery_use
UPDATE recovery_code SET used_at = now()
WHERE user_id = $1::bigint AND code_hash = $2 AND used_at IS NULL AND revoked_at IS NULL RETURNING user_id

-- name: recovery_revoke
UPDATE recovery_code SET revoked_at = now()
WHERE user_id = $1::bigint AND used_at IS NULL AND revoked_at IS NULL
