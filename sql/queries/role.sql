-- Roles and what they may do.

-- name: role_snapshot
SELECT r.revision, jsonb_build_object('name', r.name, 'description', r.description,
	'factor_required', r.factor_required, 'permissions',
	(SELECT coalesce(jsonb_agg(p.permission ORDER BY p.permission), '[]') FROM role_permission p
		WHERE p.role_id = r.role_id)) AS snapshot
FROM role r WHERE r.role_id = $1::bigint AND r.deleted_at IS NULL

-- name: role_list
-- With its permissions and how many people have it.
SELECT r.role_id, r.name, r.description, r.builtin,
	(SELECT count(*) FROM user_role ur JOIN app_user u ON u.user_id = ur.user_id AND u.deleted_at IS NULL
		WHERE ur.role_id = r.role_id) AS users,
	array_to_string(ARRAY(SELECT p.permission FROM role_permission p WHERE p.role_id = r.role_id), ' ')
		AS permissions
FROM role r WHERE r.deleted_at IS NULL ORDER BY NOT r.builtin, r.role_id

-- name: role_get
SELECT r.role_id, r.name, r.description, r.builtin, r.revision, r.factor_required,
	array_to_string(ARRAY(SELECT p.permission FROM role_permission p WHERE p.role_id = r.role_id), ' ')
		AS permissions
FROM role r WHERE r.role_id = $1::bigint AND r.deleted_at IS NULL

-- name: role_insert
INSERT INTO role (name, description, factor_required) SELECT $2, $3, $4 WHERE $1::bigint = 0 RETURNING role_id

-- name: role_update
UPDATE role SET name = $2, description = $3, factor_required = $4, revision = revision + 1 WHERE role_id = $1::bigint RETURNING role_id

-- name: role_permissions_set
SELECT role_permissions_set($1, $2::text[]) IS NULL AS done

-- name: role_use
SELECT r.builtin, (SELECT count(*) FROM user_role ur JOIN app_user u ON u.user_id = ur.user_id
	AND u.deleted_at IS NULL WHERE ur.role_id = r.role_id) AS users
FROM role r WHERE r.role_id = $1::bigint

-- name: role_remove
UPDATE role SET deleted_at = now(), revision = revision + 1 WHERE role_id = $1::bigint

-- name: role_managers
-- People who can log in and have this permission.
SELECT count(DISTINCT u.user_id) AS count FROM app_user u JOIN user_role ur ON ur.user_id = u.user_id
	JOIN role r ON r.role_id = ur.role_id AND r.deleted_at IS NULL
	JOIN role_permission p ON p.role_id = r.role_id AND p.permission = $1
WHERE u.enabled AND u.deleted_at IS NULL

-- name: role_view
UPDATE session SET view_role_id = nullif($2::bigint, 0)
WHERE session_id = $1::bigint AND ($2::bigint = 0
	OR EXISTS (SELECT 1 FROM role r WHERE r.role_id = $2::bigint AND r.deleted_at IS NULL))
