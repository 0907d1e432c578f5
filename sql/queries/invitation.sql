-- Invitations: links by which somebody sets their password.

-- name: invitation_person
SELECT name, login, coalesce(email, '') AS email, enabled FROM app_user
WHERE user_id = $1::bigint AND deleted_at IS NULL

-- name: invitation_insert
-- No row: this form has made it before.
INSERT INTO invitation (user_id, token_hash, created_by, expires_at)
VALUES ($1::bigint, $2, $3::bigint, now() + make_interval(hours => $4::int))
ON CONFLICT (token_hash) DO NOTHING RETURNING invitation_id

-- name: invitation_revoke
-- Every other one of theirs.
UPDATE invitation SET revoked_at = now()
WHERE user_id = $1::bigint AND token_hash <> $2 AND used_at IS NULL AND revoked_at IS NULL

-- name: invitation_get
SELECT invitation_id, expires_at, sent_to, send_error FROM invitation WHERE token_hash = $1

-- name: invitation_sent
UPDATE invitation SET sent_to = nullif($2, ''), send_error = nullif($3, '') WHERE invitation_id = $1::bigint

-- name: invitation_find
-- Whose it is, while it can be used.
SELECT i.user_id, u.name, u.login FROM invitation i JOIN app_user u ON u.user_id = i.user_id
WHERE i.token_hash = $1 AND i.used_at IS NULL AND i.revoked_at IS NULL AND i.expires_at > now()
	AND u.enabled AND u.deleted_at IS NULL

-- name: invitation_use
UPDATE invitation SET used_at = now()
WHERE token_hash = $1 AND used_at IS NULL AND revoked_at IS NULL AND expires_at > now()
RETURNING invitation_id

-- name: invitation_last
-- The last one of somebody, for their form.
SELECT created_at, expires_at, used_at, revoked_at, sent_to,
	used_at IS NULL AND revoked_at IS NULL AND expires_at > now() AS open
FROM invitation WHERE user_id = $1::bigint ORDER BY created_at DESC LIMIT 1
