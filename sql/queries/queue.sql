-- Queues as the administrator arranges them.

-- name: queue_snapshot
SELECT q.revision, jsonb_build_object('name', q.name,
	'channels', (SELECT coalesce(jsonb_agg(h.name ORDER BY h.name), '[]') FROM channel h
		WHERE h.channel_id = ANY (q.channel_ids)),
	'strategy', (SELECT name FROM code WHERE list = 'strategy' AND value = q.strategy),
	'priority', q.priority, 'capacity', q.capacity, 'service_level_s', q.service_level_s,
	'max_wait_s', q.max_wait_s,
	'overflow', (SELECT o.name FROM queue o WHERE o.queue_id = q.overflow_queue_id),
	'preferred_hours', q.preferred_hours, 'answer_s', q.answer_s, 'answer_out', q.answer_out,
	'typification_required', q.typification_required,
	'greeting', q.greeting,
	'greeting_mode', (SELECT name FROM code WHERE list = 'text_mode' AND value = q.greeting_mode),
	'farewell', q.farewell,
	'farewell_mode', (SELECT name FROM code WHERE list = 'text_mode' AND value = q.farewell_mode))
	|| jsonb_build_object('wrap_s', q.wrap_s,
		'reopen_mode', (SELECT name FROM code WHERE list = 'reopen' AND value = q.reopen_mode),
		'reopen_hours', q.reopen_hours) AS snapshot
FROM queue q WHERE q.queue_id = $1::bigint AND q.deleted_at IS NULL

-- name: queue_list
-- With who attends it and how many wait and are attended now. messengers: of its channels.
SELECT q.queue_id, q.name, q.strategy, q.service_level_s, coalesce(q.max_wait_s, 0) AS max_wait_s,
	q.typification_required, (SELECT o.name FROM queue o WHERE o.queue_id = q.overflow_queue_id) AS overflow_name,
	(SELECT count(*) FROM user_queue uq JOIN app_user u ON u.user_id = uq.user_id AND u.attends AND u.enabled
		AND u.deleted_at IS NULL WHERE uq.queue_id = q.queue_id) AS operator_count,
	(SELECT count(*) FROM conversation c WHERE c.state = 2 AND c.queue_id = q.queue_id) AS waiting_count,
	(SELECT count(*) FROM conversation c WHERE c.state = 3 AND c.queue_id = q.queue_id) AS active_count,
	ARRAY(SELECT DISTINCT h.messenger::bigint FROM channel h WHERE h.deleted_at IS NULL
		AND (q.channel_ids = '{}' OR h.channel_id = ANY (q.channel_ids)) ORDER BY 1) AS messengers
FROM queue q WHERE q.deleted_at IS NULL ORDER BY q.priority DESC, lower(q.name)

-- name: queue_get
SELECT queue_id, key, name, strategy, priority, capacity, service_level_s, coalesce(max_wait_s, 0) AS max_wait_s,
	coalesce(overflow_queue_id, 0) AS overflow_queue_id, typification_required, greeting, greeting_mode, farewell,
	farewell_mode, preferred_hours, answer_s, answer_out, revision
FROM queue WHERE queue_id = $1::bigint AND deleted_at IS NULL

-- name: queue_ending_get
SELECT wrap_s, reopen_mode, reopen_hours FROM queue WHERE queue_id = $1::bigint AND deleted_at IS NULL

-- name: queue_ending
-- After queue_insert or queue_update, in the same transaction.
UPDATE queue SET wrap_s = $2, reopen_mode = $3, reopen_hours = $4 WHERE queue_id = $1::bigint

-- name: queue_channels
-- Every channel, and whether this queue is chosen for it by name.
SELECT h.channel_id, h.name, h.messenger, EXISTS (SELECT 1 FROM queue q WHERE q.queue_id = $1::bigint
	AND h.channel_id = ANY (q.channel_ids)) AS chosen
FROM channel h WHERE h.deleted_at IS NULL ORDER BY h.messenger, lower(h.name)

-- name: queue_others
-- Where those may go that waited too long in $1.
SELECT queue_id, name FROM queue WHERE deleted_at IS NULL AND queue_id <> $1::bigint ORDER BY lower(name)

-- name: queue_check
-- What does not fit: '' nothing, 'channel' or 'overflow' not there, 'entry' a channel whose first queue this is
-- ($4 names it), 'cycle' the overflow comes back here.
WITH RECURSIVE next AS (
	SELECT $3::bigint AS queue_id, 1 AS step
	UNION ALL
	SELECT q.overflow_queue_id, n.step + 1 FROM next n JOIN queue q ON q.queue_id = n.queue_id
	WHERE q.overflow_queue_id IS NOT NULL AND n.step < 100
)
SELECT CASE
	WHEN (SELECT count(*) FROM channel h WHERE h.channel_id = ANY ($2::bigint[]) AND h.deleted_at IS NULL)
		< cardinality($2) THEN 'channel'
	WHEN cardinality($2) > 0 AND EXISTS (SELECT 1 FROM channel h WHERE h.default_queue_id = $1::bigint
		AND h.deleted_at IS NULL AND h.channel_id <> ALL ($2)) THEN 'entry'
	WHEN $3 <> 0 AND NOT EXISTS (SELECT 1 FROM queue q WHERE q.queue_id = $3 AND q.deleted_at IS NULL) THEN 'overflow'
	WHEN $1 <> 0 AND EXISTS (SELECT 1 FROM next WHERE next.queue_id = $1) THEN 'cycle'
	ELSE '' END AS why

-- name: queue_insert
-- Its key, by which bots name it, is made of its name: "Planes de pago" is planes-de-pago.
WITH slug AS (
	SELECT coalesce(nullif(trim(BOTH '-' FROM left(regexp_replace(translate(lower($2), 'áéíóúüñ', 'aeiouun'),
		'[^a-z0-9]+', '-', 'g'), 60)), ''), 'cola') AS text
)
INSERT INTO queue (key, name, channel_ids, strategy, priority, capacity, service_level_s, max_wait_s,
	overflow_queue_id, typification_required, greeting, greeting_mode, farewell, farewell_mode, preferred_hours,
	answer_s, answer_out)
SELECT CASE WHEN EXISTS (SELECT 1 FROM queue q WHERE q.key = slug.text)
		THEN slug.text || '-' || (SELECT max(queue_id) + 1 FROM queue) ELSE slug.text END,
	$2, $3::bigint[], $4, $5, $6, $7, nullif($8::integer, 0), nullif($9::bigint, 0), $10, nullif($11, ''), $12,
	nullif($13, ''), $14, $15, $16, $17
FROM slug WHERE $1::bigint = 0
RETURNING queue_id

-- name: queue_update
UPDATE queue SET name = $2, channel_ids = $3::bigint[], strategy = $4, priority = $5, capacity = $6,
	service_level_s = $7, max_wait_s = nullif($8::integer, 0), overflow_queue_id = nullif($9::bigint, 0),
	typification_required = $10, greeting = nullif($11, ''), greeting_mode = $12, farewell = nullif($13, ''),
	farewell_mode = $14, preferred_hours = $15, answer_s = $16, answer_out = $17, revision = revision + 1
WHERE queue_id = $1::bigint RETURNING queue_id

-- name: queue_require
UPDATE queue SET typification_required = $2, revision = revision + 1 WHERE queue_id = $1::bigint

-- name: queue_use
-- Where it is in use: names, and how many conversations are in it now.
SELECT 'channel' AS what, h.name FROM channel h WHERE h.default_queue_id = $1::bigint AND h.deleted_at IS NULL
UNION ALL
SELECT 'bot', b.name FROM bot b JOIN bot_version v ON v.bot_version_id = b.published_version_id
	JOIN queue q ON q.queue_id = $1
	WHERE b.deleted_at IS NULL AND EXISTS (SELECT 1 FROM jsonb_path_query(v.flow, '$.nodes[*].config.*') value
		WHERE value #>> '{}' IN (q.key, 'queue:' || q.key))
UNION ALL
SELECT 'queue', o.name FROM queue o WHERE o.overflow_queue_id = $1 AND o.deleted_at IS NULL
UNION ALL
SELECT 'conversations', count(*)::text FROM conversation c WHERE c.state IN (2, 3) AND c.queue_id = $1
	HAVING count(*) > 0

-- name: queue_remove
UPDATE queue SET deleted_at = now(), revision = revision + 1 WHERE queue_id = $1::bigint
