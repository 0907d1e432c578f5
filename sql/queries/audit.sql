-- The audit as people read it.

-- name: audit_search
-- $1 and $2 the time, $3 and $4 where the page before ended, $5 how many; the rest narrows it.
SELECT a.audit_id, a.at, a.actor_id, a.actor_name, a.program, a.action, a.entity, a.entity_id, a.conversation_id,
	a.session_id, host(a.address) AS address, a.user_agent, a.request_id, a.before, a.after
FROM audit_search($1, $2, $3, $4, $5, $6, $7, nullif($8::text, '')::inet, nullif($9::bigint, 0), nullif($10::text, ''),
	$11) a
ORDER BY a.at DESC, a.audit_id DESC

-- name: audit_get
SELECT a.audit_id, a.at, a.actor_id, a.actor_name, a.program, a.action, a.entity, a.entity_id, a.conversation_id,
	a.session_id, host(a.address) AS address, a.user_agent, a.request_id, a.before, a.after,
	s.seal_id, s.sealed_at
FROM audit a LEFT JOIN LATERAL (SELECT z.seal_id, z.sealed_at FROM audit_seal z
	WHERE z.from_xid <= a.xid AND z.to_xid > a.xid LIMIT 1) s ON true
WHERE a.audit_id = $1::bigint LIMIT 1

-- name: audit_people
-- Whom one may ask for: everybody there ever was.
SELECT user_id, name, login, deleted_at IS NOT NULL AS gone FROM app_user ORDER BY lower(name), user_id LIMIT 5000

-- name: audit_roles
SELECT r.role_id, r.name, array_to_string(ARRAY(SELECT ur.user_id FROM user_role ur WHERE ur.role_id = r.role_id), ' ')
	AS user_ids
FROM role r WHERE r.deleted_at IS NULL ORDER BY NOT r.builtin, r.role_id

-- name: audit_last_seal
SELECT seal_id, sealed_at FROM audit_seal ORDER BY seal_id DESC LIMIT 1
