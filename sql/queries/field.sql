-- What each role sees of a contact.

-- name: field_snapshot
SELECT r.revision, (SELECT coalesce(jsonb_object_agg(f.field, c.name || CASE WHEN f.exports THEN ', exporta' ELSE '' END), '{}')
	FROM role_field f JOIN code c ON c.list = 'field_shows' AND c.value = f.shows WHERE f.role_id = r.role_id)
	AS snapshot
FROM role r WHERE r.role_id = $1::bigint AND r.deleted_at IS NULL

-- name: field_list
SELECT r.role_id, r.name, r.revision, array_to_string(ARRAY(SELECT f.field || ':' || f.shows || ':' || f.exports::int
	FROM role_field f WHERE f.role_id = r.role_id), ' ') AS sight
FROM role r WHERE r.deleted_at IS NULL AND ($1::bigint = 0 OR r.role_id = $1)
ORDER BY NOT r.builtin, r.role_id

-- name: field_set
INSERT INTO role_field (role_id, field, shows, exports) VALUES ($1, $2, $3, $4)
ON CONFLICT (role_id, field) DO UPDATE SET shows = excluded.shows, exports = excluded.exports

-- name: field_touch
UPDATE role SET revision = revision + 1 WHERE role_id = $1::bigint
