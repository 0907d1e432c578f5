-- Ways to log in, and who comes by them.

-- name: login_provider_snapshot
SELECT p.revision, p.settings || jsonb_build_object('name', p.name,
	'kind', (SELECT name FROM code WHERE list = 'login_kind' AND value = p.kind), 'position', p.position,
	'preferred', p.preferred, 'enabled', p.enabled,
	-- The secret is encrypted anew each time: this tells that it changed, and nothing of it.
	'secret', coalesce('•••• ' || left(encode(sha256(convert_to(p.secret, 'UTF8')), 'hex'), 6), ''),
	'rules', (SELECT coalesce(jsonb_agg(l.value || ' → ' || r.name ORDER BY l.position), '[]')
		FROM login_rule l JOIN role r ON r.role_id = l.role_id
		WHERE l.login_provider_id = p.login_provider_id)) AS snapshot
FROM login_provider p WHERE p.login_provider_id = $1::bigint AND p.deleted_at IS NULL

-- name: login_provider_list
SELECT p.login_provider_id, p.kind, p.name, p.preferred, p.enabled, p.down_until > now() AS down,
	(SELECT count(*) FROM login_identity i WHERE i.login_provider_id = p.login_provider_id) AS people,
	(SELECT count(*) FROM login_rule l WHERE l.login_provider_id = p.login_provider_id
		OR l.login_provider_id::text = p.settings ->> 'directory') AS rules
FROM login_provider p WHERE p.deleted_at IS NULL ORDER BY p.position, lower(p.name)

-- name: login_provider_offered
-- What the log-in page offers, in order.
SELECT login_provider_id, kind, name, preferred, coalesce(settings ->> 'networks', '') AS networks FROM login_provider
WHERE enabled AND deleted_at IS NULL ORDER BY NOT preferred, position, lower(name) LIMIT 20

-- name: login_provider_get
SELECT login_provider_id, kind, name, position, preferred, enabled, settings, secret, revision,
	coalesce(down_until > now(), false) AS down
FROM login_provider WHERE login_provider_id = $1::bigint AND deleted_at IS NULL

-- name: login_provider_form
-- The same for the form: of the secret only whether there is one.
SELECT login_provider_id, kind, name, position, preferred, enabled, settings, secret IS NOT NULL AS has_secret, revision
FROM login_provider WHERE login_provider_id = $1::bigint AND deleted_at IS NULL

-- name: login_provider_rules
SELECT value, role_id FROM login_rule WHERE login_provider_id = $1::bigint ORDER BY position

-- name: login_provider_roles
SELECT role_id, name FROM role WHERE deleted_at IS NULL ORDER BY lower(name)

-- name: login_provider_directories
SELECT login_provider_id, name FROM login_provider WHERE kind = 3 AND deleted_at IS NULL ORDER BY lower(name)

-- name: login_provider_insert
INSERT INTO login_provider (kind, name, position, preferred, enabled, settings, secret)
SELECT $2, $3, $4, $5, $6, $7, $8 WHERE $1::bigint = 0
RETURNING login_provider_id

-- name: login_provider_update
UPDATE login_provider SET name = $3, position = $4, preferred = $5,
	enabled = $6, settings = $7, secret = coalesce($8, secret),
	revision = revision + 1, down_until = NULL
WHERE login_provider_id = $1::bigint AND kind = $2 RETURNING login_provider_id

-- name: login_provider_preferred
-- There is one.
UPDATE login_provider SET preferred = false WHERE preferred AND login_provider_id <> $1::bigint

-- name: login_provider_down
-- Not when its settings ($2: their revision) were changed meanwhile: those deserve a try of their own.
UPDATE login_provider SET down_until = now() + interval '10 seconds' WHERE login_provider_id = $1::bigint AND revision = $2::bigint

-- name: login_provider_use
SELECT p.kind, EXISTS (SELECT 1 FROM login_provider k WHERE k.deleted_at IS NULL
	AND k.settings ->> 'directory' = p.login_provider_id::text) AS used
FROM login_provider p WHERE p.login_provider_id = $1::bigint

-- name: login_provider_remove
UPDATE login_provider SET deleted_at = now(), revision = revision + 1 WHERE login_provider_id = $1::bigint

-- name: login_provider_sessions_close
UPDATE session SET closed_at = now(), close_reason = 'provider'
WHERE closed_at IS NULL AND session_id IN (SELECT l.session_id FROM session_login l
	JOIN login_identity i ON i.login_identity_id = l.login_identity_id WHERE i.login_provider_id = $1::bigint)
RETURNING session_id

-- name: login_rules_set
SELECT login_rules_set($1, $2::text[], $3::bigint[]) IS NULL AS done

-- name: login_role_find
-- The first rule that fits; of names of directories neither case nor blanks after a comma count.
SELECT l.role_id, r.name FROM login_rule l JOIN role r ON r.role_id = l.role_id AND r.deleted_at IS NULL
WHERE l.login_provider_id = $1::bigint AND EXISTS (SELECT 1 FROM unnest($2::text[]) g (name)
	WHERE lower(regexp_replace(g.name, ',\s+', ',', 'g')) = lower(regexp_replace(l.value, ',\s+', ',', 'g')))
ORDER BY l.position LIMIT 1

-- name: login_role_set
-- The one that the groups give; touches nothing when it is theirs already.
SELECT user_roles_set($1, ARRAY[$2::bigint]) IS NULL AS done

-- name: login_identity_find
SELECT user_id FROM login_identity WHERE login_provider_id = $1::bigint AND issuer = $2 AND subject = $3

-- name: login_identity_seen
INSERT INTO login_identity (login_provider_id, issuer, subject, user_id, login) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (login_provider_id, issuer, subject) DO UPDATE SET last_at = now(), login = excluded.login
RETURNING login_identity_id

-- name: login_identity_user
SELECT u.user_id, u.enabled AND u.deleted_at IS NULL AS enabled
FROM login_identity i JOIN app_user u ON u.user_id = i.user_id WHERE i.login_identity_id = $1::bigint

-- name: login_user_find
-- guarded: who can arrange log-ins with a password of ours is nobody else's to name.
SELECT u.user_id, u.password_hash IS NOT NULL AND EXISTS (SELECT 1 FROM user_role ur
	JOIN role r ON r.role_id = ur.role_id AND r.deleted_at IS NULL
	JOIN role_permission p ON p.role_id = r.role_id
	WHERE ur.user_id = u.user_id AND p.permission = $2) AS guarded
FROM app_user u WHERE u.login = lower($1) AND u.deleted_at IS NULL

-- name: login_user_insert
INSERT INTO app_user (login, name, display_name, email, attends, capacity)
SELECT lower($1), $2, split_part($2, ' ', 1), nullif($3, ''), r.attends, CASE WHEN r.attends THEN 5 ELSE 0 END
FROM (SELECT EXISTS (SELECT 1 FROM role_permission WHERE role_id = $4::bigint AND permission = 'desk.attend')
	AS attends) r
RETURNING user_id

-- name: login_user_everything
-- As ventanilla user-add: a new operator attends every queue and channel there is.
SELECT user_queues_set(user_id, ARRAY(SELECT queue_id FROM queue WHERE deleted_at IS NULL)) IS NULL
	AND user_channels_set(user_id, ARRAY(SELECT channel_id FROM channel WHERE deleted_at IS NULL)) IS NULL AS done
FROM app_user WHERE user_id = $1::bigint AND attends

-- name: login_user_lock
SELECT enabled AND deleted_at IS NULL AS enabled FROM app_user WHERE user_id = $1::bigint FOR UPDATE

-- name: login_user_update
-- Always gives the row; writes only what differs.
WITH w AS (UPDATE app_user SET name = $2, email = coalesce(nullif($3, ''), email)
	WHERE user_id = $1::bigint AND (name, coalesce(email, '')) <> ($2, coalesce(nullif($3, ''), email, '')))
SELECT attends FROM app_user WHERE user_id = $1::bigint

-- name: login_delay_forget
UPDATE login_name SET failed_count = 0, locked_until = NULL WHERE name = left(lower($1), 100) AND failed_count > 0

-- name: login_session_bind
INSERT INTO session_login (session_id, login_identity_id, provider_session, id_token, access_token, refresh_token,
	access_expires_at)
VALUES ($1, $2, nullif($3, ''), $4, $5, $6, $7)

-- name: login_session_end
-- last: the operator has no other.
UPDATE session s SET closed_at = now(), close_reason = $2 FROM app_user u
WHERE s.session_id = $1::bigint AND s.closed_at IS NULL AND u.user_id = s.user_id
RETURNING s.user_id, u.attends, NOT EXISTS (SELECT 1 FROM session o WHERE o.user_id = s.user_id
	AND o.session_id <> s.session_id AND o.closed_at IS NULL AND o.expires_at > now()) AS last

-- name: login_session_provider
-- What the provider needs to end the session there too.
SELECT i.login_provider_id, l.id_token FROM session_login l
JOIN login_identity i ON i.login_identity_id = l.login_identity_id WHERE l.session_id = $1::bigint

-- name: login_sessions_of
-- Those that a provider's log-out ends: by its session, or all of a subject.
SELECT l.session_id FROM session_login l JOIN login_identity i ON i.login_identity_id = l.login_identity_id
JOIN session s ON s.session_id = l.session_id AND s.closed_at IS NULL
WHERE i.login_provider_id = $1::bigint AND i.issuer = $2
	AND ($3 = '' OR i.subject = $3) AND ($4 = '' OR l.provider_session = $4) AND $3 || $4 <> ''

-- name: login_flow_insert
INSERT INTO login_flow (state_hash, browser_hash, login_provider_id, next) VALUES ($1, $2, $3, $4)

-- name: login_flow_use
-- Once, in the browser it began in, within ten minutes.
UPDATE login_flow SET used_at = now()
WHERE state_hash = $1 AND browser_hash = $2 AND login_provider_id = $3::bigint AND used_at IS NULL
	AND created_at > now() - interval '10 minutes'
RETURNING next

-- name: login_message_once
INSERT INTO login_message (login_provider_id, message) VALUES ($1, $2) ON CONFLICT DO NOTHING

-- name: login_document_get
SELECT body, coalesce(fetched_at > now() - interval '1 hour', false) AS fresh
FROM login_document WHERE login_provider_id = $1::bigint AND kind = $2 AND url = $3

-- name: login_document_try
-- May it be fetched now? Keys that were fetched already: at most once a minute, whoever asks.
INSERT INTO login_document AS d (login_provider_id, kind, url) VALUES ($1, $2, $3)
ON CONFLICT (login_provider_id, kind) DO UPDATE SET url = excluded.url, tried_at = now(),
	body = CASE WHEN d.url = excluded.url THEN d.body END,
	fetched_at = CASE WHEN d.url = excluded.url THEN d.fetched_at END
	WHERE d.url <> excluded.url OR d.body IS NULL OR d.tried_at < now() - interval '1 minute'

-- name: login_document_set
UPDATE login_document SET body = $4, fetched_at = now() WHERE login_provider_id = $1::bigint AND kind = $2 AND url = $3

-- name: login_documents_forget
UPDATE login_document SET body = NULL, fetched_at = NULL WHERE login_provider_id = $1::bigint
