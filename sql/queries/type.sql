-- Types of conversation.

-- name: type_snapshot
SELECT revision, jsonb_build_object('name', name, 'description', description, 'position', position,
	'enabled', enabled) AS snapshot
FROM conversation_type WHERE conversation_type_id = $1::bigint AND deleted_at IS NULL

-- name: type_list
SELECT conversation_type_id, name, description, position, enabled, revision FROM conversation_type
WHERE deleted_at IS NULL ORDER BY position, lower(name)

-- name: type_get
SELECT conversation_type_id, name, description, position, enabled, revision FROM conversation_type
WHERE conversation_type_id = $1::bigint AND deleted_at IS NULL

-- name: type_insert
INSERT INTO conversation_type (name, description, position, enabled) VALUES ($1, $2, $3, $4)
RETURNING conversation_type_id

-- name: type_update
UPDATE conversation_type SET name = $2, description = $3, position = $4, enabled = $5, revision = revision + 1
WHERE conversation_type_id = $1::bigint

-- name: type_remove
UPDATE conversation_type SET deleted_at = now(), revision = revision + 1 WHERE conversation_type_id = $1::bigint
