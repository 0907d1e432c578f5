-- Files of people: kept until somebody confirms them.

-- name: user_import_insert
INSERT INTO user_import (created_by, file_name, content) VALUES ($1::bigint, left($2, 200), $3)
RETURNING user_import_id

-- name: user_import_get
-- Only whoever brought it.
SELECT user_import_id, file_name, created_at, content FROM user_import
WHERE user_import_id = $1::bigint AND created_by = $2::bigint AND content IS NOT NULL

-- name: user_import_end
-- $2: applied, else discarded.
UPDATE user_import SET content = NULL, applied_at = CASE WHEN $2 THEN now() END,
	discarded_at = CASE WHEN NOT $2 THEN now() END
WHERE user_import_id = $1::bigint AND content IS NOT NULL

-- name: user_import_names
-- What cells may name: by its name, a role, queue or channel by its key as well.
SELECT 'role' AS kind, role_id AS id, name, coalesce(key, '') AS key FROM role WHERE deleted_at IS NULL
UNION ALL SELECT 'queue', queue_id, name, key FROM queue WHERE deleted_at IS NULL
UNION ALL SELECT 'channel', channel_id, name, key FROM channel WHERE deleted_at IS NULL
UNION ALL SELECT 'group', user_group_id, name, '' FROM user_group WHERE deleted_at IS NULL

-- name: user_import_known
-- The people of the file that are there already, as they stand.
SELECT u.user_id, u.login, u.name, u.display_name, u.staff_number, u.dni, u.office, u.email, u.enabled, u.attends,
	u.capacity,
	ARRAY(SELECT x.role_id FROM user_role x JOIN role r ON r.role_id = x.role_id AND r.deleted_at IS NULL
		WHERE x.user_id = u.user_id ORDER BY 1) AS role_ids,
	ARRAY(SELECT x.queue_id FROM user_queue x JOIN queue q ON q.queue_id = x.queue_id AND q.deleted_at IS NULL
		WHERE x.user_id = u.user_id ORDER BY 1) AS queue_ids,
	ARRAY(SELECT x.channel_id FROM user_channel x JOIN channel c ON c.channel_id = x.channel_id AND c.deleted_at IS NULL
		WHERE x.user_id = u.user_id ORDER BY 1) AS channel_ids,
	ARRAY(SELECT x.user_group_id FROM user_group_member x JOIN user_group g ON g.user_group_id = x.user_group_id
		AND g.deleted_at IS NULL WHERE x.user_id = u.user_id ORDER BY 1) AS group_ids
FROM app_user u WHERE u.login = ANY ($1::text[]) AND u.deleted_at IS NULL

-- name: user_import_taken
-- Whose is a number or an address of the file already?
SELECT user_id, coalesce(staff_number, '') AS staff_number, coalesce(dni, '') AS dni, coalesce(email, '') AS email
FROM app_user WHERE deleted_at IS NULL AND (lower(staff_number) = ANY ($1::text[]) OR dni = ANY ($2::text[])
	OR lower(email) = ANY ($3::text[]))
