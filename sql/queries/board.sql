-- The supervisor's board: every conversation of the viewer's queues and channels, from the bot to its end today.
-- A viewer is "user, supervises, sees all" ($1, $2, $3), as everywhere.

-- name: board
-- One row per card, at most $4 a lane; total counts the whole lane. A lane is a state; 5: with an operator and waiting for
-- the agency. $5: only this lane (4: closed today), 0: what is open. Filters, empty for all: $6 operators, $7 messengers, $8 channels, $9 queues; $10 part of a name, $11 of a CUIT, $12 what is known
-- of the CUIT: 1 none, 2 declared, 3 validated.
-- What has no operator or no queue yet is not filtered by it. Waiting: longest wait first. Active: longest silence first. For the agency:
-- longest there first. In the bot:
-- longest there first. Closed: latest first.
WITH day AS (
	SELECT date_trunc('day', now() AT TIME ZONE 'America/Argentina/Buenos_Aires')
		AT TIME ZONE 'America/Argentina/Buenos_Aires' AS start
), viewer AS MATERIALIZED (
	SELECT ARRAY(SELECT q.queue_id FROM user_queue q WHERE q.user_id = $1::bigint) AS queue_ids,
		ARRAY(SELECT h.channel_id FROM user_channel h WHERE h.user_id = $1) AS channel_ids
), seen AS (
	SELECT c.conversation_id, c.state, CASE WHEN c.state = 3 AND c.held_at IS NOT NULL THEN 5 ELSE c.state END AS lane,
		c.channel_id, c.queue_id, c.user_id, c.contact_id,
		CASE c.state WHEN 2 THEN c.requested_at WHEN 1 THEN c.opened_at
			ELSE coalesce(c.held_at, greatest(c.last_contact_at, c.last_agent_at, c.assigned_at)) END AS since,
		c.closed_at
	FROM conversation c WHERE c.state <> 4 AND $5::bigint <> 4
	UNION ALL
	SELECT c.conversation_id, c.state, 4, c.channel_id, c.queue_id, c.user_id, c.contact_id, NULL, c.closed_at
	FROM conversation c, day WHERE $5 = 4 AND c.closed_at >= day.start
), ordered AS (
	SELECT s.conversation_id, s.lane, count(*) OVER (PARTITION BY s.lane) AS total,
		row_number() OVER (PARTITION BY s.lane ORDER BY s.since, s.closed_at DESC, s.conversation_id) AS place
	FROM seen s CROSS JOIN viewer v JOIN channel h ON h.channel_id = s.channel_id
	WHERE ($3::boolean OR ($2::boolean AND s.channel_id = ANY (v.channel_ids)
			AND (s.queue_id IS NULL OR s.queue_id = ANY (v.queue_ids))))
		AND ($5 = 0 OR s.lane = $5)
		AND (cardinality($6::bigint[]) = 0 OR s.state < 3 OR s.user_id = ANY ($6))
		AND (cardinality($7::bigint[]) = 0 OR h.messenger = ANY ($7))
		AND (cardinality($8::bigint[]) = 0 OR s.channel_id = ANY ($8))
		AND (cardinality($9::bigint[]) = 0 OR s.queue_id IS NULL OR s.queue_id = ANY ($9))
		AND (($10::text IS NULL AND $11::text IS NULL) OR EXISTS (
			SELECT 1 FROM contact k WHERE k.contact_id = s.contact_id AND (
				position(translate(lower($10), 'áéíóúüñ', 'aeiouun') IN translate(lower(k.name), 'áéíóúüñ', 'aeiouun')) > 0
				OR position($11 IN k.cuit) > 0)))
		AND (cardinality($12::bigint[]) = 0 OR EXISTS (SELECT 1 FROM contact k WHERE k.contact_id = s.contact_id
			AND CASE WHEN k.cuit IS NULL THEN 1 ELSE greatest(k.cuit_state, 1) + 1 END = ANY ($12)))
)
SELECT c.conversation_id, o.lane, o.total, c.held_at, c.contact_id, c.opened_at, c.requested_at, c.assigned_at, c.closed_at,
	c.last_contact_at, c.last_agent_at, coalesce(c.last_contact_at > c.last_agent_at, c.last_agent_at IS NULL)
		AS contact_waits,
	c.closed_by, c.last_message_at, h.name AS channel_name, c.last_message_preview, k.name AS contact_name, h.messenger,
	q.name AS queue_name, q.service_level_s, u.name AS user_name, b.name AS bot_name,
	coalesce(v.last_seen_at > now() - make_interval(secs => h.heartbeat_lost_s), true) AS online
FROM ordered o JOIN conversation c ON c.conversation_id = o.conversation_id
	JOIN contact k ON k.contact_id = c.contact_id
	JOIN channel h ON h.channel_id = c.channel_id
	LEFT JOIN queue q ON q.queue_id = c.queue_id
	LEFT JOIN app_user u ON u.user_id = c.user_id
	LEFT JOIN bot_version w ON w.bot_version_id = c.bot_version_id
	LEFT JOIN bot b ON b.bot_id = w.bot_id
	LEFT JOIN visitor v ON v.visitor_id = c.visitor_id
WHERE o.place <= $4::bigint
ORDER BY o.lane, o.place

-- name: board_tiles
-- The live tiles of metrics.md for what the viewer supervises; those of the whole day only when $4.
WITH day AS MATERIALIZED (
	SELECT date_trunc('day', now() AT TIME ZONE 'America/Argentina/Buenos_Aires')
		AT TIME ZONE 'America/Argentina/Buenos_Aires' AS start
), limits AS MATERIALIZED (
	SELECT idle, absolute FROM session_limits()
), viewer AS MATERIALIZED (
	SELECT ARRAY(SELECT q.queue_id FROM user_queue q WHERE q.user_id = $1::bigint) AS queue_ids,
		ARRAY(SELECT h.channel_id FROM user_channel h WHERE h.user_id = $1) AS channel_ids
), people AS MATERIALIZED (
	SELECT a.state, a.open_count FROM agent_state a CROSS JOIN viewer v CROSS JOIN limits l
		JOIN app_user u ON u.user_id = a.user_id AND u.attends AND u.enabled AND u.deleted_at IS NULL
	WHERE ($3::boolean OR ($2::boolean AND EXISTS (SELECT 1 FROM user_queue q
			WHERE q.user_id = a.user_id AND q.queue_id = ANY (v.queue_ids))))
		AND EXISTS (SELECT 1 FROM session s WHERE s.user_id = a.user_id AND s.closed_at IS NULL
			AND s.created_at > now() - l.absolute AND s.last_seen_at > now() - l.idle)
), opened AS MATERIALIZED (
	SELECT count(*) AS n FROM conversation c CROSS JOIN viewer v
	WHERE $4::boolean AND c.opened_at >= (SELECT day.start FROM day)
		AND ($3 OR ($2 AND c.channel_id = ANY (v.channel_ids)
			AND (c.queue_id IS NULL OR c.queue_id = ANY (v.queue_ids))))
), closed AS MATERIALIZED (
	SELECT count(*) AS n, count(*) FILTER (WHERE c.closed_by = 3) AS by_agent FROM conversation c CROSS JOIN viewer v
	WHERE $4 AND c.closed_at >= (SELECT day.start FROM day)
		AND ($3 OR ($2 AND c.channel_id = ANY (v.channel_ids)
			AND (c.queue_id IS NULL OR c.queue_id = ANY (v.queue_ids))))
), missed AS MATERIALIZED (
	SELECT s.outcome FROM segment s JOIN conversation c ON c.conversation_id = s.conversation_id CROSS JOIN viewer v
	WHERE $4 AND s.outcome IN (2, 3) AND s.ended_at >= (SELECT day.start FROM day) AND s.kind = 2
		AND ($3 OR ($2 AND c.channel_id = ANY (v.channel_ids) AND s.queue_id = ANY (v.queue_ids)))
)
SELECT (SELECT count(*) FROM people) AS agents_in,
	(SELECT count(*) FROM people WHERE state = 1 AND open_count > 0) AS agents_busy,
	(SELECT count(*) FROM people WHERE state = 1 AND open_count = 0) AS agents_free,
	(SELECT count(*) FROM people WHERE state <> 1) AS agents_away,
	(SELECT n FROM opened) AS opened,
	(SELECT n FROM closed) AS closed,
	(SELECT by_agent FROM closed) AS closed_by_agent,
	(SELECT count(*) FROM missed WHERE outcome = 3) AS lost,
	(SELECT count(*) FROM missed WHERE outcome = 2) AS abandoned

-- name: board_choices
-- What the board can be filtered by: the viewer's queues and channels, and who attends those queues.
WITH viewer AS MATERIALIZED (
	SELECT ARRAY(SELECT q.queue_id FROM user_queue q WHERE q.user_id = $1::bigint) AS queue_ids,
		ARRAY(SELECT h.channel_id FROM user_channel h WHERE h.user_id = $1) AS channel_ids
)
SELECT 'queue' AS kind, q.queue_id AS id, q.name, 0 AS messenger FROM queue q, viewer v
WHERE q.deleted_at IS NULL AND ($3::boolean OR ($2::boolean AND q.queue_id = ANY (v.queue_ids)))
UNION ALL
SELECT 'channel', h.channel_id, h.name, h.messenger FROM channel h, viewer v
WHERE h.deleted_at IS NULL AND ($3 OR ($2 AND h.channel_id = ANY (v.channel_ids)))
UNION ALL
SELECT 'operator', u.user_id, u.name, 0 FROM app_user u, viewer v
WHERE u.deleted_at IS NULL AND (u.attends OR u.user_id = $1) AND ($3 OR u.user_id = $1 OR ($2 AND EXISTS (
	SELECT 1 FROM user_queue q WHERE q.user_id = u.user_id AND q.queue_id = ANY (v.queue_ids))))
ORDER BY 1, 3, 2

-- name: board_filter_get
SELECT query FROM board_filter WHERE user_id = $1::bigint

-- name: board_filter_set
INSERT INTO board_filter (user_id, query) VALUES ($1::bigint, $2)
ON CONFLICT (user_id) DO UPDATE SET query = excluded.query, at = now() WHERE board_filter.query <> excluded.query
