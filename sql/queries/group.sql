-- Named sets of people.

-- name: group_snapshot
SELECT g.revision, jsonb_build_object('name', g.name, 'description', g.description, 'users',
	(SELECT coalesce(jsonb_agg(u.name ORDER BY lower(u.name), u.user_id), '[]') FROM user_group_member m
		JOIN app_user u ON u.user_id = m.user_id AND u.deleted_at IS NULL
		WHERE m.user_group_id = g.user_group_id)) AS snapshot
FROM user_group g WHERE g.user_group_id = $1::bigint AND g.deleted_at IS NULL

-- name: group_list
-- With how many are in it, and the names of the breaks that use it.
SELECT g.user_group_id, g.name, g.description,
	(SELECT count(*) FROM user_group_member m JOIN app_user u ON u.user_id = m.user_id AND u.deleted_at IS NULL
		WHERE m.user_group_id = g.user_group_id) AS users,
	(SELECT string_agg(b.name, ', ' ORDER BY b.name) FROM break_type b
		WHERE b.deleted_at IS NULL AND g.user_group_id = ANY (b.group_ids)) AS breaks
FROM user_group g WHERE g.deleted_at IS NULL ORDER BY lower(g.name)

-- name: group_get
SELECT g.user_group_id, g.name, g.description, g.revision,
	(SELECT string_agg(b.name, ', ' ORDER BY b.name) FROM break_type b
		WHERE b.deleted_at IS NULL AND g.user_group_id = ANY (b.group_ids)) AS breaks
FROM user_group g WHERE g.user_group_id = $1::bigint AND g.deleted_at IS NULL

-- name: group_people
-- Everybody, and who is in it.
SELECT u.user_id, u.name, u.login, EXISTS (SELECT 1 FROM user_group_member m
	WHERE m.user_group_id = $1::bigint AND m.user_id = u.user_id) AS chosen
FROM app_user u WHERE u.deleted_at IS NULL ORDER BY lower(u.name), u.user_id LIMIT 5000

-- name: group_insert
INSERT INTO user_group (name, description) SELECT $2, $3 WHERE $1::bigint = 0 RETURNING user_group_id

-- name: group_update
UPDATE user_group SET name = $2, description = $3, revision = revision + 1
WHERE user_group_id = $1::bigint RETURNING user_group_id

-- name: group_members_set
SELECT user_group_members_set($1::bigint, $2::bigint[]) IS NULL AS done

-- name: group_use
SELECT EXISTS (SELECT 1 FROM break_type b WHERE b.deleted_at IS NULL AND $1::bigint = ANY (b.group_ids)) AS used

-- name: group_remove
UPDATE user_group SET deleted_at = now(), revision = revision + 1 WHERE user_group_id = $1::bigint
