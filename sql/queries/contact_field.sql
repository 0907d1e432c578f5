-- Fields of contacts that the agency defines.

-- name: contact_field_list
SELECT contact_field_id, name, kind, options, required, position,
	(SELECT count(*) FROM contact_value v WHERE v.contact_field_id = f.contact_field_id AND v.value IS NOT NULL) AS used
FROM contact_field f WHERE deleted_at IS NULL ORDER BY position, contact_field_id

-- name: contact_field_get
SELECT contact_field_id, name, kind, array_to_string(options, E'\n') AS options, required, position, revision
FROM contact_field WHERE contact_field_id = $1::bigint AND deleted_at IS NULL

-- name: contact_field_snapshot
SELECT revision, jsonb_build_object('name', name, 'kind', (SELECT c.name FROM code c WHERE c.list = 'contact_field_kind'
	AND c.value = kind), 'options', to_jsonb(options), 'required', required, 'position', position) AS snapshot
FROM contact_field WHERE contact_field_id = $1::bigint AND deleted_at IS NULL

-- name: contact_field_insert
INSERT INTO contact_field (name, kind, options, required, position) VALUES ($1, $2, $3, $4, $5) RETURNING contact_field_id

-- name: contact_field_update
-- Its kind stays: values were written as it.
UPDATE contact_field SET name = $2, options = $3, required = $4, position = $5, revision = revision + 1
WHERE contact_field_id = $1::bigint

-- name: contact_field_remove
UPDATE contact_field SET deleted_at = now(), revision = revision + 1 WHERE contact_field_id = $1::bigint
