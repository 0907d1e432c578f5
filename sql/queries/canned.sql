-- Canned replies and stickers: shared ones of the administration ($ owner 0), and everybody's own.

-- name: canned_snapshot
SELECT r.revision, jsonb_build_object('kind', (SELECT name FROM code WHERE list = 'canned_kind' AND value = r.kind),
	'shortcut', r.shortcut, 'body', r.body, 'file', r.file_name,
	'queue', (SELECT q.name FROM queue q WHERE q.queue_id = r.queue_id),
	'person', (SELECT u.name FROM app_user u WHERE u.user_id = r.user_id)) AS snapshot
FROM canned_reply r WHERE r.canned_reply_id = $1::bigint AND r.deleted_at IS NULL

-- name: canned_list
SELECT r.canned_reply_id, r.kind, r.shortcut, r.body, r.file_name, r.used_count, q.name AS queue_name
FROM canned_reply r LEFT JOIN queue q ON q.queue_id = r.queue_id
WHERE coalesce(r.user_id, 0) = $1::bigint AND r.deleted_at IS NULL ORDER BY lower(r.shortcut), lower(q.name) NULLS FIRST

-- name: canned_get
SELECT r.canned_reply_id, r.kind, r.shortcut, r.body, r.file_name, coalesce(r.queue_id, 0) AS queue_id, r.used_count,
	r.revision
FROM canned_reply r WHERE r.canned_reply_id = $1::bigint AND coalesce(r.user_id, 0) = $2::bigint AND r.deleted_at IS NULL

-- name: canned_queues
SELECT queue_id, name FROM queue WHERE deleted_at IS NULL ORDER BY lower(name)

-- name: canned_insert
-- No row: there is no such queue.
INSERT INTO canned_reply (user_id, kind, shortcut, body, queue_id, file_id, file_name)
SELECT nullif($2::bigint, 0), $3, $4, $5, nullif($6::bigint, 0), nullif($7::bigint, 0), $8
WHERE $1::bigint = 0 AND ($6 = 0 OR EXISTS (SELECT 1 FROM queue q WHERE q.queue_id = $6 AND q.deleted_at IS NULL))
RETURNING canned_reply_id

-- name: canned_update
-- Without a new file ($7 0) it keeps the one it has, unless $9.
UPDATE canned_reply r SET shortcut = $4, body = $5, queue_id = nullif($6::bigint, 0), revision = r.revision + 1,
	file_id = CASE WHEN $7::bigint <> 0 THEN $7 WHEN $9::boolean THEN NULL ELSE r.file_id END,
	file_name = CASE WHEN $7 <> 0 THEN $8 WHEN $9 THEN NULL ELSE r.file_name END
WHERE r.canned_reply_id = $1::bigint AND coalesce(r.user_id, 0) = $2::bigint AND r.kind = $3
	AND ($6 = 0 OR EXISTS (SELECT 1 FROM queue q WHERE q.queue_id = $6 AND q.deleted_at IS NULL))
RETURNING r.canned_reply_id

-- name: canned_remove
UPDATE canned_reply SET deleted_at = now(), revision = revision + 1 WHERE canned_reply_id = $1::bigint

-- name: canned_file
-- Shared, or $2's own.
SELECT f.sha256, f.media_type, r.file_name AS name FROM canned_reply r JOIN file f ON f.file_id = r.file_id AND f.usable
WHERE r.canned_reply_id = $1::bigint AND (r.user_id IS NULL OR r.user_id = $2::bigint) AND r.deleted_at IS NULL
