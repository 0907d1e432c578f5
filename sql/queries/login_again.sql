-- Who came by a provider is looked at again (ventanilla login).

-- name: login_due
-- Sessions to look at again, those of one provider together. gone: it is not offered any more, nor by a
-- Kerberos that looks people up in it.
SELECT s.session_id, i.login_identity_id, i.subject, i.login, i.login_provider_id, p.kind,
	p.deleted_at IS NOT NULL OR NOT (p.enabled OR EXISTS (SELECT 1 FROM login_provider k
		WHERE k.enabled AND k.deleted_at IS NULL AND k.settings ->> 'directory' = p.login_provider_id::text))
		AS gone, l.access_token, l.refresh_token,
	coalesce(l.access_expires_at < now() + interval '5 seconds', false) AS access_over
FROM session s JOIN session_login l ON l.session_id = s.session_id
JOIN login_identity i ON i.login_identity_id = l.login_identity_id
JOIN login_provider p ON p.login_provider_id = i.login_provider_id
WHERE s.closed_at IS NULL AND s.expires_at > now() AND l.checked_at < now() - make_interval(secs => $1)
ORDER BY i.login_provider_id, l.checked_at LIMIT 100

-- name: login_checked
-- New tokens, where the provider gave some.
UPDATE session_login SET checked_at = now(), access_token = coalesce($2, access_token),
	refresh_token = coalesce($3, refresh_token),
	access_expires_at = CASE WHEN $2::text IS NULL THEN access_expires_at ELSE $4 END
WHERE session_id = $1::bigint

-- name: login_tokens_forget
-- What nobody needs any more is not kept.
UPDATE session_login l SET id_token = NULL, access_token = NULL, refresh_token = NULL FROM session s
WHERE s.session_id = l.session_id AND s.closed_at IS NOT NULL
	AND coalesce(l.id_token, l.access_token, l.refresh_token) IS NOT NULL

-- name: login_prune
WITH f AS (DELETE FROM login_flow WHERE created_at < now() - interval '1 hour'),
m AS (DELETE FROM login_message WHERE at < now() - interval '1 day')
SELECT 1 AS done
