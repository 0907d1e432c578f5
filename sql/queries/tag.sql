-- Tipificaciones as the administrator arranges them: a tree, in its order.

-- name: tag_snapshot
SELECT t.revision, jsonb_build_object('name', t.name, 'parent', (SELECT p.path FROM typification p
		WHERE p.typification_id = t.parent_id), 'position', t.position, 'enabled', t.enabled,
	'queues', (SELECT coalesce(jsonb_agg(q.name ORDER BY q.name), '[]') FROM typification_queue o
		JOIN queue q ON q.queue_id = o.queue_id WHERE o.typification_id = t.typification_id)) AS snapshot
FROM typification t WHERE t.typification_id = $1::bigint AND t.deleted_at IS NULL

-- name: tag_tree
-- Parents before children, in order. within: it is $1 or below it.
WITH RECURSIVE tree AS (
	SELECT t.typification_id, t.parent_id, ARRAY[t.position, t.typification_id] AS place,
		t.typification_id = $1::bigint AS within
	FROM typification t WHERE t.parent_id IS NULL AND t.deleted_at IS NULL
	UNION ALL
	SELECT t.typification_id, t.parent_id, p.place || ARRAY[t.position, t.typification_id],
		p.within OR t.typification_id = $1
	FROM tree p JOIN typification t ON t.parent_id = p.typification_id AND t.deleted_at IS NULL
	WHERE cardinality(p.place) < 200
)
SELECT t.typification_id, t.parent_id, t.name, t.path, t.key, t.enabled, t.revision, tree.within,
	(SELECT string_agg(q.name, ', ' ORDER BY q.name) FROM typification_queue o JOIN queue q ON q.queue_id = o.queue_id
		WHERE o.typification_id = t.typification_id) AS queues
FROM tree JOIN typification t ON t.typification_id = tree.typification_id ORDER BY tree.place

-- name: tag_get
SELECT typification_id, coalesce(parent_id, 0) AS parent_id, key, name, enabled, revision
FROM typification WHERE typification_id = $1::bigint AND deleted_at IS NULL

-- name: tag_queues
SELECT q.queue_id, q.name, q.typification_required, q.revision, EXISTS (SELECT 1 FROM typification_queue o
	WHERE o.typification_id = $1::bigint AND o.queue_id = q.queue_id) AS chosen
FROM queue q WHERE q.deleted_at IS NULL ORDER BY lower(q.name)

-- name: tag_check
-- Why $1 cannot stand below $2: '' it can, 'parent' there is none, 'cycle' it is below itself, 'deep'; 'queue' one of
-- $3 is not there.
WITH RECURSIVE up AS (
	SELECT t.typification_id, t.parent_id, 1 AS depth FROM typification t
	WHERE t.typification_id = $2::bigint AND t.deleted_at IS NULL
	UNION ALL
	SELECT p.typification_id, p.parent_id, up.depth + 1
	FROM up JOIN typification p ON p.typification_id = up.parent_id WHERE up.depth < 100
), below AS (
	SELECT $1::bigint AS typification_id, 1 AS depth
	UNION ALL
	SELECT t.typification_id, b.depth + 1 FROM below b JOIN typification t ON t.parent_id = b.typification_id
		AND t.deleted_at IS NULL WHERE b.depth < 100
)
SELECT CASE
	WHEN (SELECT count(*) FROM queue q WHERE q.queue_id = ANY ($3::bigint[]) AND q.deleted_at IS NULL)
		< cardinality($3) THEN 'queue'
	WHEN $2 = 0 THEN ''
	WHEN NOT EXISTS (SELECT 1 FROM up) THEN 'parent'
	WHEN EXISTS (SELECT 1 FROM up WHERE up.typification_id = $1) THEN 'cycle'
	WHEN (SELECT max(depth) FROM up) + (SELECT max(depth) FROM below) > $4::integer THEN 'deep'
	ELSE '' END AS why

-- name: tag_insert
-- At the end of its parent's. Its key, by which bots name it, is made of its path.
WITH one AS (
	SELECT coalesce(p.path || ' › ', '') || $3 AS path, coalesce(nullif(trim(BOTH '-' FROM right(regexp_replace(
			translate(lower(coalesce(p.path || '.', '') || $3), 'áéíóúüñ', 'aeiouun'), '[^a-z0-9]+', '-', 'g'), 80)),
			''), 'tipificacion') AS slug
	FROM (SELECT) x LEFT JOIN typification p ON p.typification_id = $2::bigint
)
INSERT INTO typification (parent_id, key, name, path, position, enabled)
SELECT nullif($2, 0), CASE WHEN EXISTS (SELECT 1 FROM typification t WHERE t.key = one.slug)
		THEN one.slug || '-' || (SELECT max(typification_id) + 1 FROM typification) ELSE one.slug END,
	$3, one.path, coalesce((SELECT max(s.position) FROM typification s
		WHERE coalesce(s.parent_id, 0) = $2 AND s.deleted_at IS NULL), 0) + 1, $4
FROM one WHERE $1::bigint = 0
RETURNING typification_id

-- name: tag_update
-- Name and path at once, so that there is one version; below another parent it stands last.
UPDATE typification t SET name = $3, enabled = $4, revision = t.revision + 1,
	path = coalesce((SELECT p.path || ' › ' FROM typification p WHERE p.typification_id = $2::bigint), '') || $3,
	position = CASE WHEN coalesce(t.parent_id, 0) = $2 THEN t.position ELSE coalesce((SELECT max(s.position)
		FROM typification s WHERE coalesce(s.parent_id, 0) = $2 AND s.deleted_at IS NULL), 0) + 1 END,
	parent_id = nullif($2, 0)
WHERE t.typification_id = $1::bigint RETURNING t.typification_id

-- name: tag_queues_set
SELECT typification_queues_set($1, $2::bigint[]) IS NULL AS done

-- name: tag_paths
-- The paths of everything below $1 follow its own.
WITH RECURSIVE below AS (
	SELECT t.typification_id, t.path, 1 AS depth FROM typification t WHERE t.typification_id = $1::bigint
	UNION ALL
	SELECT t.typification_id, b.path || ' › ' || t.name, b.depth + 1
	FROM below b JOIN typification t ON t.parent_id = b.typification_id AND t.deleted_at IS NULL WHERE b.depth < 100
)
UPDATE typification t SET path = below.path FROM below
WHERE t.typification_id = below.typification_id AND t.path <> below.path

-- name: tag_step
-- Where one step up, down, in or out of its place leads: below which parent, before which sibling (0: last). No row:
-- nowhere.
WITH me AS (
	SELECT typification_id, coalesce(parent_id, 0) AS parent_id FROM typification
	WHERE typification_id = $1::bigint AND deleted_at IS NULL
), lined AS (
	SELECT t.typification_id, lag(t.typification_id) OVER w AS previous, lead(t.typification_id) OVER w AS next,
		lead(t.typification_id, 2) OVER w AS after_next
	FROM typification t, me WHERE coalesce(t.parent_id, 0) = me.parent_id AND t.deleted_at IS NULL
	WINDOW w AS (ORDER BY t.position, t.typification_id)
), above AS (
	SELECT t.typification_id, coalesce(t.parent_id, 0) AS parent_id,
		lead(t.typification_id) OVER (ORDER BY t.position, t.typification_id) AS next
	FROM typification t WHERE t.deleted_at IS NULL AND coalesce(t.parent_id, 0) = (SELECT coalesce(p.parent_id, 0)
		FROM typification p, me WHERE p.typification_id = me.parent_id)
)
SELECT me.parent_id, l.previous AS before_id FROM me JOIN lined l USING (typification_id)
	WHERE $2 = 'up' AND l.previous IS NOT NULL
UNION ALL
SELECT me.parent_id, coalesce(l.after_next, 0) FROM me JOIN lined l USING (typification_id)
	WHERE $2 = 'down' AND l.next IS NOT NULL
UNION ALL
SELECT l.previous, 0 FROM lined l JOIN me USING (typification_id) WHERE $2 = 'in' AND l.previous IS NOT NULL
UNION ALL
SELECT a.parent_id, coalesce(a.next, 0) FROM above a JOIN me ON me.parent_id = a.typification_id WHERE $2 = 'out'

-- name: tag_place
UPDATE typification t SET revision = t.revision + 1, parent_id = nullif($2::bigint, 0),
	path = coalesce((SELECT p.path || ' › ' FROM typification p WHERE p.typification_id = $2), '') || t.name
WHERE t.typification_id = $1::bigint

-- name: tag_order
-- Those below $2 in their order, with $1 before $3 (0: last).
WITH ordered AS (
	SELECT t.typification_id, row_number() OVER (ORDER BY
		CASE WHEN t.typification_id = $1::bigint
			THEN coalesce((SELECT b.position FROM typification b WHERE b.typification_id = $3::bigint), 2000000000)
			ELSE t.position END,
		t.typification_id <> $1 AND $3 <> 0 AND t.position >= coalesce((SELECT b.position FROM typification b
			WHERE b.typification_id = $3), 2000000000), t.typification_id) AS place
	FROM typification t WHERE coalesce(t.parent_id, 0) = $2::bigint AND t.deleted_at IS NULL
)
UPDATE typification t SET position = ordered.place FROM ordered
WHERE t.typification_id = ordered.typification_id AND t.position <> ordered.place

-- name: tag_use
-- Why it cannot go yet: 'children', or the published bots that set it.
SELECT 'children' AS what, count(*)::text AS name FROM typification t WHERE t.parent_id = $1::bigint
	AND t.deleted_at IS NULL HAVING count(*) > 0
UNION ALL
SELECT 'bot', b.name FROM bot b JOIN bot_version v ON v.bot_version_id = b.published_version_id
	JOIN typification t ON t.typification_id = $1
WHERE b.deleted_at IS NULL AND EXISTS (SELECT 1 FROM jsonb_path_query(v.flow, '$.nodes[*].config.typification') value
	WHERE value #>> '{}' = t.key)

-- name: tag_remove
UPDATE typification SET deleted_at = now(), revision = revision + 1 WHERE typification_id = $1::bigint
