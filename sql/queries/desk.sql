-- What the operator's desk reads. Who may see what stands in each statement:
-- conversation_access (sql/functions) asked once a statement, in a subquery that is no part of the join.

-- name: desk_list
-- My cases, latest news first; then what waits in my queues and channels, first come first.
WITH listed AS (
	SELECT c.conversation_id FROM conversation c WHERE c.state = 3 AND c.user_id = $1::bigint
	UNION ALL
	(SELECT c.conversation_id FROM conversation c
	WHERE c.state = 2
		AND c.queue_id IN (SELECT q.queue_id FROM user_queue q WHERE q.user_id = $1)
		AND c.channel_id IN (SELECT h.channel_id FROM user_channel h WHERE h.user_id = $1)
	ORDER BY c.priority DESC, c.requested_at LIMIT 50)
)
SELECT c.conversation_id, c.state, c.contact_id, c.unread_count, c.requested_at, c.assigned_at,
	CASE WHEN c.state = 3 AND c.seq > c.agent_delivered_seq THEN c.seq END AS undelivered_seq,
	c.last_message_at, c.last_message_author, c.last_message_preview, c.last_contact_at, c.last_agent_at,
	k.name AS contact_name, h.messenger, q.name AS queue_name, q.service_level_s
FROM listed JOIN conversation c ON c.conversation_id = listed.conversation_id
	JOIN contact k ON k.contact_id = c.contact_id
	JOIN channel h ON h.channel_id = c.channel_id
	LEFT JOIN queue q ON q.queue_id = c.queue_id
ORDER BY c.state DESC, CASE WHEN c.state = 3 THEN c.last_message_at END DESC NULLS LAST, c.priority DESC,
	c.requested_at

-- name: desk_list_closed
-- What I closed today, latest first.
SELECT c.conversation_id, c.state, c.contact_id, 0 AS unread_count, c.requested_at, c.assigned_at,
	NULL::integer AS undelivered_seq,
	c.closed_at AS last_message_at, c.last_message_author, c.last_message_preview, c.last_contact_at,
	c.last_agent_at, k.name AS contact_name, h.messenger, q.name AS queue_name, q.service_level_s
FROM conversation c JOIN contact k ON k.contact_id = c.contact_id
	JOIN channel h ON h.channel_id = c.channel_id
	LEFT JOIN queue q ON q.queue_id = c.queue_id
WHERE c.user_id = $1::bigint AND c.state = 4 AND c.opened_at > now() - interval '30 days'
	AND c.closed_at >= date_trunc('day', now() AT TIME ZONE 'America/Argentina/Buenos_Aires')
		AT TIME ZONE 'America/Argentina/Buenos_Aires'
ORDER BY c.closed_at DESC LIMIT 100

-- name: desk_conversation
-- One conversation for its header and side. No row: not there, or not for this viewer.
SELECT x.access, c.conversation_id, c.state, c.user_id, c.segment_seq, c.seq, c.opened_at, c.requested_at, c.assigned_at,
	c.closed_at, c.last_contact_at, c.last_agent_at, c.contact_delivered_seq, c.contact_read_seq,
	k.contact_id, k.name AS contact_name, k.cuit, k.cuit_state, k.email, k.phone,
	h.messenger, h.name AS channel_name, q.name AS queue_name, q.typification_required,
	-- What the operator may begin with, until they have said something.
	CASE WHEN c.state = 3 AND c.user_id = $1 AND q.greeting_mode = 2 AND c.segment_first_message_at IS NULL
		THEN q.greeting END AS greeting,
	u.name AS user_name, b.name AS bot_name, v.number AS bot_number,
	(SELECT a.reason FROM assignment a WHERE a.conversation_id = c.conversation_id
		ORDER BY a.assignment_seq DESC LIMIT 1) AS reason
FROM (SELECT conversation_access($1::bigint, $2::boolean, $3::boolean, $4::bigint) AS access) x
	JOIN conversation c ON c.conversation_id = $4 AND x.access > 0
	JOIN contact k ON k.contact_id = c.contact_id
	JOIN channel h ON h.channel_id = c.channel_id
	LEFT JOIN queue q ON q.queue_id = c.queue_id
	LEFT JOIN app_user u ON u.user_id = c.user_id
	LEFT JOIN bot_version v ON v.bot_version_id = c.bot_version_id
	LEFT JOIN bot b ON b.bot_id = v.bot_id

-- name: desk_messages
-- Newest first: seq from $5 up to, not including, $6; at most $7. $8 is the start of the day the
-- conversation was opened (its id tells it), so that only the months it can be in are read.
SELECT m.seq, m.created_at, m.author, m.kind, m.body,
	CASE WHEN m.author IN (3, 5, 6) THEN m.provider_id END AS once,
	CASE WHEN m.user_version_id IS NOT NULL THEN
		(SELECT w.name FROM user_version w WHERE w.user_version_id = m.user_version_id) END AS author_name,
	m.data->>'event' AS event, m.data->>'agent' AS event_agent, m.data->>'by' AS event_by,
	m.data->>'why' AS event_why,
	CASE WHEN m.kind = 4 THEN
		(SELECT q.name FROM queue q WHERE q.queue_id = (m.data->>'queue_id')::bigint) END AS event_queue,
	CASE WHEN m.kind = 4 THEN
		(SELECT q.name FROM queue q WHERE q.queue_id = (m.data->>'from_id')::bigint) END AS event_from,
	m.data->'file'->>'id' AS file_id, m.data->'file'->>'name' AS file_name,
	m.data->'file'->>'type' AS file_type, m.data->'file'->>'size' AS file_size, m.data->'file'->>'sticker' AS sticker,
	m.data->'options' AS options, m.data->>'whisper' AS whisper
FROM message m
WHERE (SELECT conversation_access($1::bigint, $2::boolean, $3::boolean, $4::bigint)) > 0
	AND m.conversation_id = $4 AND m.created_at >= $8::timestamptz
	AND m.seq >= $5::integer AND m.seq < $6::integer
ORDER BY m.seq DESC LIMIT $7::integer

-- name: desk_typifications
SELECT v.path, t.source FROM conversation_typification t
	JOIN typification_version v ON v.typification_version_id = t.typification_version_id
WHERE t.conversation_id = $4::bigint
	AND (SELECT conversation_access($1::bigint, $2::boolean, $3::boolean, $4)) > 0
ORDER BY t.position

-- name: desk_history
-- The contact's other conversations on every channel, latest first, as far as the viewer may open them.
SELECT o.conversation_id, o.opened_at, o.state, o.messenger, o.queue_name, o.user_name,
	(SELECT v.name FROM conversation_typification t
		JOIN typification_version v ON v.typification_version_id = t.typification_version_id
		WHERE t.conversation_id = o.conversation_id ORDER BY t.position DESC LIMIT 1) AS typification
FROM (SELECT conversation_access($1::bigint, $2::boolean, $3::boolean, $4::bigint) AS access) x
	JOIN LATERAL (
		SELECT o.conversation_id, o.opened_at, o.state, h.messenger, q.name AS queue_name, u.name AS user_name
		FROM conversation c JOIN conversation o ON o.contact_id = c.contact_id
				AND o.conversation_id <> c.conversation_id
			JOIN channel h ON h.channel_id = o.channel_id
			LEFT JOIN queue q ON q.queue_id = o.queue_id
			LEFT JOIN app_user u ON u.user_id = o.user_id
		WHERE c.conversation_id = $4
		ORDER BY o.opened_at DESC LIMIT 10
	) o ON x.access > 0
WHERE CASE WHEN x.access = 4 OR $3 THEN true
	ELSE conversation_access($1, $2, $3, o.conversation_id) > 0 END
ORDER BY o.opened_at DESC

-- name: desk_mine
-- May this viewer write in it? mine: it is their open case, or this form ($5) was taken already.
SELECT c.state, c.visitor_id, (c.state = 3 AND c.user_id = $1)
	OR EXISTS (SELECT 1 FROM submission s WHERE s.user_id = $1 AND s.once = $5::text) AS mine
FROM (SELECT conversation_access($1::bigint, $2::boolean, $3::boolean, $4::bigint) AS access) x
	JOIN conversation c ON c.conversation_id = $4 AND x.access > 0

-- name: desk_replies
-- Canned replies for this case: shared and personal, of every queue and of its own; one empty row when
-- there are none. No row: no such case for this viewer.
SELECT r.canned_reply_id, r.shortcut, r.body, r.file_name, c.conversation_id, k.name AS contact_name, k.cuit, q.name AS queue_name,
	h.name AS channel_name
FROM (SELECT conversation_access($1::bigint, $2::boolean, $3::boolean, $4::bigint) AS access) x
	JOIN conversation c ON c.conversation_id = $4 AND x.access > 0
	JOIN contact k ON k.contact_id = c.contact_id
	JOIN channel h ON h.channel_id = c.channel_id
	LEFT JOIN queue q ON q.queue_id = c.queue_id
	LEFT JOIN canned_reply r ON r.deleted_at IS NULL AND r.kind = 1 AND (r.user_id IS NULL OR r.user_id = $1)
		AND (r.queue_id IS NULL OR r.queue_id = c.queue_id)
ORDER BY r.user_id NULLS LAST, r.shortcut

-- name: desk_stickers
-- One row without a sticker when there is none; no row when there is no such case for them.
SELECT r.canned_reply_id, r.shortcut
FROM (SELECT conversation_access($1::bigint, $2::boolean, $3::boolean, $4::bigint) AS access) x
	JOIN conversation c ON c.conversation_id = $4 AND x.access > 0
	LEFT JOIN canned_reply r ON r.deleted_at IS NULL AND r.kind = 2 AND (r.user_id IS NULL OR r.user_id = $1)
		AND (r.queue_id IS NULL OR r.queue_id = c.queue_id)
ORDER BY r.user_id NULLS LAST, lower(r.shortcut)

-- name: desk_canned
-- The file of one that this case may use; NULL when there is none. No row: no such case for them.
SELECT r.file_id, r.file_name, r.kind
FROM (SELECT conversation_access($1::bigint, $2::boolean, $3::boolean, $4::bigint) AS access) x
	JOIN conversation c ON c.conversation_id = $4 AND x.access > 0
	LEFT JOIN canned_reply r ON r.canned_reply_id = $5::bigint AND r.deleted_at IS NULL
		AND (r.user_id IS NULL OR r.user_id = $1) AND (r.queue_id IS NULL OR r.queue_id = c.queue_id)

-- name: close_case
-- What the closing form says about the case.
SELECT c.conversation_id, c.state, (c.state = 3 AND c.user_id = $1) AS mine, c.contact_id, c.assigned_at,
	k.name AS contact_name, k.cuit, q.name AS queue_name, h.name AS channel_name,
	CASE WHEN q.farewell_mode = 2 THEN q.farewell END AS farewell,
	coalesce(q.typification_required, false) AND NOT EXISTS (SELECT 1 FROM conversation_typification t
		WHERE t.conversation_id = c.conversation_id AND t.source IN (3, 4)) AS required
FROM (SELECT conversation_access($1::bigint, $2::boolean, $3::boolean, $4::bigint) AS access) x
	JOIN conversation c ON c.conversation_id = $4 AND x.access > 0
	JOIN contact k ON k.contact_id = c.contact_id
	JOIN channel h ON h.channel_id = c.channel_id
	LEFT JOIN queue q ON q.queue_id = c.queue_id

-- name: close_typifications
-- The tree, parents before children. offered: to be chosen for this case; chosen: already set.
WITH RECURSIVE tree AS (
	SELECT t.typification_id, t.parent_id, t.name, ARRAY[t.position, t.typification_id] AS place
	FROM typification t WHERE t.parent_id IS NULL AND t.deleted_at IS NULL
	UNION ALL
	SELECT t.typification_id, t.parent_id, t.name, p.place || ARRAY[t.position, t.typification_id]
	FROM tree p JOIN typification t ON t.parent_id = p.typification_id AND t.deleted_at IS NULL
	WHERE cardinality(p.place) < 200
)
SELECT tree.typification_id, tree.parent_id, tree.name,
	typification_offered(tree.typification_id, (SELECT c.queue_id FROM conversation c
		WHERE c.conversation_id = $1::bigint)) AS offered,
	EXISTS (SELECT 1 FROM conversation_typification s
		WHERE s.conversation_id = $1 AND s.typification_id = tree.typification_id) AS chosen
FROM tree ORDER BY tree.place

-- name: attachment_open
SELECT f.sha256, f.media_type, a.name
FROM attachment a JOIN file f ON f.file_id = a.file_id
WHERE a.attachment_id = $4::bigint
	AND conversation_access($1::bigint, $2::boolean, $3::boolean, a.conversation_id) > 0
