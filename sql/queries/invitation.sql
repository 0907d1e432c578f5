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

-- name: invitation_pending
-- Those that can still be used, and those that ran out of time this month.
SELECT i.invitation_id, i.user_id, u.name, u.login, u.enabled, coalesce(u.email, '') AS email, coalesce(b.name, '') AS invited_by,
	i.created_at, i.expires_at, coalesce(i.sent_to, '') AS sent_to, i.send_error IS NOT NULL AS failed,
	i.expires_at <= now() AS over
FROM invitation i JOIN app_user u ON u.user_id = i.user_id AND u.deleted_at IS NULL
	LEFT JOIN app_user b ON b.user_id = i.created_by
WHERE i.used_at IS NULL AND i.revoked_at IS NULL AND i.expires_at > now() - interval '30 days'
ORDER BY over, i.expires_at, i.invitation_id LIMIT 500

-- name: invitation_lock
SELECT user_id, used_at IS NOT NULL AS used FROM invitation WHERE invitation_id = $1::bigint FOR UPDATE

-- name: invitation_end
UPDATE invitation SET revoked_at = now() WHERE invitation_id = $1::bigint AND revoked_at IS NULL
RETURNING invitation_id

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
