-- What the operator's desk reads. Who may see what stands in each statement:
-- conversation_access (sql/functions) asked once a statement, in a subquery that is no part of the join.

-- name: desk_list
-- My cases in the order I chose; then what waits in my queues, first come first. off: not what I chose to see.
WITH listed AS (
	SELECT c.conversation_id FROM conversation c WHERE c.state = 3 AND c.user_id = $1::bigint
	UNION ALL
	(SELECT c.conversation_id FROM conversation c
	WHERE c.state = 2
		AND c.queue_id IN (SELECT q.queue_id FROM user_queue q WHERE q.user_id = $1)
		AND c.channel_id IN (SELECT h.channel_id FROM user_channel h WHERE h.user_id = $1)
	ORDER BY c.priority DESC, c.requested_at LIMIT 50)
), chosen AS (
	SELECT coalesce(v.sort, 1) AS sort, v.messenger, v.queue_id, coalesce(v.unread, false) AS unread
	FROM (SELECT) one LEFT JOIN desk_view v ON v.user_id = $1
)
SELECT c.conversation_id, c.state, c.contact_id, c.unread_count, c.requested_at, c.assigned_at,
	CASE WHEN c.state = 3 AND c.seq > c.agent_delivered_seq THEN c.seq END AS undelivered_seq,
	c.last_message_at, c.last_message_author, c.last_message_preview, c.last_contact_at, c.last_agent_at, c.held_at,
	c.contact_delivered_seq, c.contact_read_seq, i.last_seen_at, u.unanswered_at,
	-- Where the operator's last word stands, for its tick.
	CASE WHEN c.state = 3 AND c.last_message_author = 3 THEN (
		SELECT m.seq FROM message m WHERE m.conversation_id = c.conversation_id AND m.author = 3
			AND m.created_at >= c.last_message_at - interval '1 second'
		ORDER BY m.seq DESC LIMIT 1) END AS said_seq,
	k.name AS contact_name, h.messenger, h.name AS channel_name, c.queue_id, q.name AS queue_name, q.service_level_s,
	c.state = 2 AND q.strategy = 6 AS manual, v.sort, v.messenger AS only_messenger, v.queue_id AS only_queue,
	v.unread AS only_unread, coalesce(h.messenger <> v.messenger, false)
		OR (v.queue_id IS NOT NULL AND c.queue_id IS DISTINCT FROM v.queue_id)
		OR (v.unread AND c.state = 3 AND c.unread_count = 0) AS off
FROM chosen v CROSS JOIN listed JOIN conversation c ON c.conversation_id = listed.conversation_id
	JOIN contact k ON k.contact_id = c.contact_id
	JOIN channel h ON h.channel_id = c.channel_id
	LEFT JOIN queue q ON q.queue_id = c.queue_id
	LEFT JOIN visitor i ON i.visitor_id = c.visitor_id
	-- What they told the bot before they asked for an operator waits for nobody.
	CROSS JOIN LATERAL (SELECT CASE WHEN c.last_contact_at > coalesce(c.last_agent_at, '-infinity')
		THEN least(c.last_contact_at, greatest(coalesce(c.unanswered_at, c.last_contact_at), c.requested_at))
		END AS unanswered_at) u
ORDER BY c.state DESC, CASE
		WHEN c.state <> 3 THEN NULL
		WHEN v.sort = 3 THEN extract(epoch FROM c.assigned_at)
		WHEN v.sort = 2 AND u.unanswered_at IS NOT NULL THEN extract(epoch FROM u.unanswered_at)
		WHEN v.sort = 2 THEN 1e11 - extract(epoch FROM c.last_message_at)
		ELSE -extract(epoch FROM c.last_message_at) END NULLS LAST, c.priority DESC, c.requested_at

-- name: desk_list_closed
-- What I closed in the last 90 days, latest first: those closed before $2 (NULL: all), at most $3.
SELECT c.conversation_id, c.state, c.contact_id, 0 AS unread_count, c.requested_at, c.assigned_at,
	NULL::integer AS undelivered_seq,
	c.closed_at AS last_message_at, c.last_message_author, c.last_message_preview, c.last_contact_at,
	c.last_agent_at, NULL::timestamptz AS held_at, c.contact_delivered_seq, c.contact_read_seq,
	NULL::timestamptz AS last_seen_at,
	NULL::integer AS said_seq, k.name AS contact_name, h.messenger, h.name AS channel_name, c.queue_id,
	q.name AS queue_name, q.service_level_s, false AS manual, 1 AS sort, NULL::smallint AS only_messenger,
	NULL::bigint AS only_queue, false AS only_unread, false AS off
FROM conversation c JOIN contact k ON k.contact_id = c.contact_id
	JOIN channel h ON h.channel_id = c.channel_id
	LEFT JOIN queue q ON q.queue_id = c.queue_id
WHERE c.user_id = $1::bigint AND c.state = 4 AND c.opened_at > now() - interval '90 days'
	AND ($2::timestamptz IS NULL OR c.closed_at < $2)
ORDER BY c.closed_at DESC LIMIT $3::integer

-- name: desk_view_set
-- 0: all.
INSERT INTO desk_view (user_id, sort, messenger, queue_id, unread)
VALUES ($1, $2, nullif($3::bigint, 0), (SELECT q.queue_id FROM queue q WHERE q.queue_id = $4::bigint), $5)
ON CONFLICT (user_id) DO UPDATE SET sort = excluded.sort, messenger = excluded.messenger,
	queue_id = excluded.queue_id, unread = excluded.unread

-- name: desk_presence
-- Seconds since each of my contacts was last seen with their chat open, as far as the network tells.
SELECT c.conversation_id, extract(epoch FROM now() - v.last_seen_at)::bigint AS away_s
FROM conversation c JOIN visitor v ON v.visitor_id = c.visitor_id
WHERE c.state = 3 AND c.user_id = $1::bigint LIMIT 200

-- name: desk_conversation
-- One conversation for its header and side. No row: not there, or not for this viewer.
SELECT x.access, c.conversation_id, c.state, c.user_id, c.segment_seq, c.seq, c.opened_at, c.requested_at, c.assigned_at,
	c.closed_at, c.last_contact_at, c.last_agent_at, c.contact_delivered_seq, c.contact_read_seq,
	c.held_at, n.body AS handed_note, n.name AS handed_by,
	k.contact_id, k.name AS contact_name, k.cuit, k.cuit_state, k.email, k.phone,
	h.messenger, h.name AS channel_name, h.settings->>'class' AS sms_class,
	coalesce((h.settings->>'plain')::boolean, false) AS sms_plain, q.name AS queue_name, q.typification_required,
	c.state = 2 AND q.strategy = 6 AS manual,
	(SELECT v.last_seen_at FROM visitor v WHERE v.visitor_id = c.visitor_id) AS last_seen_at,
	-- What the operator may begin with, until they have said something.
	CASE WHEN c.state = 3 AND c.user_id = $1 AND q.greeting_mode = 2 AND c.segment_first_message_at IS NULL
		THEN q.greeting END AS greeting,
	u.name AS user_name, b.name AS bot_name, v.number AS bot_number,
	(SELECT a.reason FROM assignment a WHERE a.conversation_id = c.conversation_id
		ORDER BY a.assignment_seq DESC LIMIT 1) AS reason,
	-- What this viewer said and may still undo, or what was refused because the conversation ended.
	(SELECT json_agg(json_build_object('once', d.once, 'text', d.body, 'file', d.file_name || coalesce((SELECT string_agg(', ' || (x->>'name'), '') FROM jsonb_array_elements(d.further) x), ''),
			'left', greatest(0, ceil(extract(epoch FROM d.due_at - now()))), 'refused', d.refused_at IS NOT NULL)
			ORDER BY d.held_message_id)
		FROM held_message d WHERE d.conversation_id = c.conversation_id AND d.user_id = $1
			AND d.said_at IS NULL AND d.undone_at IS NULL) AS unsaid,
	-- Of mail: whom an answer goes to, from which address, what it is about.
	CASE WHEN h.messenger = 8 THEN (SELECT i.value FROM identity i WHERE i.identity_id = c.identity_id) END AS mail_to,
	CASE WHEN h.messenger = 8 THEN (SELECT l.address FROM message_mail l
		WHERE l.conversation_id = c.conversation_id ORDER BY l.seq DESC LIMIT 1) END AS mail_address,
	CASE WHEN h.messenger = 8 THEN (SELECT m.data->>'subject' FROM message m WHERE m.conversation_id = c.conversation_id
		AND m.created_at >= c.opened_at - interval '1 hour' AND m.data ? 'subject' AND NOT m.data ? 'automatic'
		ORDER BY m.seq DESC LIMIT 1) END AS mail_subject,
	CASE WHEN h.messenger = 8 THEN h.settings::text END AS mail_settings,
	contact_wishes(c.contact_id, c.channel_id) AS wishes,
	-- What the thread shows further up.
	conversation_earlier($1, $2, $3, c.conversation_id) AS earlier_id
FROM (SELECT conversation_access($1::bigint, $2::boolean, $3::boolean, $4::bigint) AS access) x
	JOIN conversation c ON c.conversation_id = $4 AND x.access > 0
	JOIN contact k ON k.contact_id = c.contact_id
	JOIN channel h ON h.channel_id = c.channel_id
	LEFT JOIN queue q ON q.queue_id = c.queue_id
	LEFT JOIN app_user u ON u.user_id = c.user_id
	LEFT JOIN bot_version v ON v.bot_version_id = c.bot_version_id
	LEFT JOIN bot b ON b.bot_id = v.bot_id
	-- The note of who had it before, until the next one has said something.
	LEFT JOIN LATERAL (SELECT m.body, w.name FROM message m JOIN user_version w ON w.user_version_id = m.user_version_id
		WHERE m.conversation_id = c.conversation_id AND m.seq = c.handed_seq AND m.created_at >= c.opened_at
			AND c.segment_first_message_at IS NULL) n ON c.handed_seq IS NOT NULL AND c.state = 3 AND c.user_id = $1

-- name: desk_messages
-- Newest first: seq from $5 up to, not including, $6; at most $7; and, with unseen set, those before them that were
-- changed, taken back, reacted to, that failed or whose file came since the snapshot $9. $8 is the start of the day the conversation was opened (its id tells
-- it), so that only the months it can be in are read. original: for who supervises, what it said at first.
WITH e AS (
	SELECT DISTINCT ON (r.seq) r.seq, r.body, NOT pg_visible_in_snapshot(r.xid, $9::pg_snapshot) AS unseen
	FROM message_revision r WHERE r.conversation_id = $4::bigint ORDER BY r.seq, r.revision DESC
), touched AS (
	SELECT t.seq FROM message_touch t WHERE t.conversation_id = $4 AND NOT pg_visible_in_snapshot(t.xid, $9::pg_snapshot)
), failed AS (
	-- What did not go out, or of what nobody knows whether it did; and what waits because its line sent all that its
	-- network takes for now.
	SELECT o.seq, o.state, o.fault, CASE WHEN o.state <> 0 THEN o.error END AS error, h.paced_until
	FROM outbox o LEFT JOIN channel_health h ON o.state = 0 AND h.channel_id = o.channel_id AND h.paced_until > now()
	WHERE o.conversation_id = $4 AND o.seq IS NOT NULL AND o.created_at >= $8::timestamptz
		AND (o.state IN (5, 6) OR h.paced_until IS NOT NULL)
), listed AS (
	(SELECT m.* FROM message m
	WHERE m.conversation_id = $4 AND m.created_at >= $8::timestamptz
		AND m.seq >= $5::integer AND m.seq < $6::integer
	ORDER BY m.seq DESC LIMIT $7::integer)
	UNION ALL
	SELECT m.* FROM (SELECT seq FROM e WHERE e.unseen UNION SELECT seq FROM touched) u
		JOIN message m ON m.seq = u.seq AND m.conversation_id = $4 AND m.created_at >= $8
	WHERE u.seq < $5
)
SELECT m.seq, m.created_at, m.author, m.kind, CASE WHEN e.seq IS NULL THEN m.body ELSE coalesce(e.body, '') END AS body,
	e.seq IS NOT NULL AND e.body IS NULL AS deleted, e.body IS NOT NULL AS edited, coalesce(e.unseen, false) OR m.seq IN (SELECT seq FROM touched) AS unseen,
	CASE WHEN e.seq IS NOT NULL AND ($2 OR $3) THEN m.body END AS original,
	CASE WHEN m.author IN (3, 5, 6) THEN m.provider_id END AS once,
	m.author = 3 AND w.user_id = $1 AS own, w.name AS author_name,
	m.data->>'event' AS event, m.data->>'agent' AS event_agent, m.data->>'by' AS event_by,
	m.data->>'why' AS event_why,
	CASE WHEN m.kind = 4 THEN
		(SELECT q.name FROM queue q WHERE q.queue_id = (m.data->>'queue_id')::bigint) END AS event_queue,
	CASE WHEN m.kind = 4 THEN
		(SELECT q.name FROM queue q WHERE q.queue_id = (m.data->>'from_id')::bigint) END AS event_from,
	CASE WHEN e.seq IS NULL OR e.body IS NOT NULL OR $2 OR $3 THEN m.data->'file'->>'id' END AS file_id,
	m.data->'file'->>'name' AS file_name,
	m.data->'file'->>'type' AS file_type, m.data->'file'->>'size' AS file_size, m.data->'further' AS further, m.data->'file'->>'sticker' AS sticker,
	CASE WHEN m.data ? 'file' THEN files_held(m.data) END AS held,
	m.data->'quote'->>'author' AS quote_author, m.data->'quote'->>'text' AS quote_text,
	(m.data->'quote'->>'seq')::integer AS quote_seq, m.data->'options' AS options,
	m.data->>'whisper' AS whisper, m.data->'media'->>'kind' AS media_kind, m.data->'media'->>'state' AS media_state,
	m.data->>'unseen' AS cannot_show, m.data->'place'->>'lat' AS place_lat, m.data->'place'->>'lon' AS place_lon,
	CASE WHEN m.data ?| '{order,cards,story,referral}' THEN m.data END AS beside,
	m.data->'template'->>'name' AS template_name, m.data->'template'->>'language' AS template_language,
	m.data ? 'elsewhere' AS elsewhere, failed.state AS failed_state, failed.fault AS failed_fault, failed.error AS failed_error,
	failed.paced_until,
	-- A mail's, where it is another than that of the mail before; and what no person wrote.
	CASE WHEN m.data ? 'subject' THEN nullif(m.data->>'subject', (SELECT p.data->>'subject' FROM message p
			WHERE p.conversation_id = $4 AND p.created_at >= $8 AND p.seq < m.seq AND p.data ? 'subject'
			ORDER BY p.seq DESC LIMIT 1)) END AS subject,
	m.data ? 'subject' AS mail, m.author = 1 AND m.data ? 'automatic' AS machine,
	left(l.quoted, 4000) AS quoted, length(l.quoted) > 4000 AS quoted_more, l.html IS NOT NULL AS formatted, l.refused::text AS refused,
	(SELECT r.emoji FROM message_reaction r WHERE r.conversation_id = $4 AND r.seq = m.seq AND r.author = 1) AS reaction,
	ours.emoji AS ours, ours.name AS ours_by, ours.refused AS ours_refused, ours.fault AS ours_fault,
	m.author = 1 AND m.provider_id IS NOT NULL AND EXISTS (SELECT 1 FROM provider_message p WHERE p.conversation_id = $4 AND p.seq = m.seq) AS numbered
FROM listed m LEFT JOIN message_mail l ON l.conversation_id = $4 AND l.seq = m.seq AND m.data ? 'subject'
	LEFT JOIN e ON e.seq = m.seq LEFT JOIN failed ON failed.seq = m.seq LEFT JOIN user_version w ON w.user_version_id = m.user_version_id
	LEFT JOIN (SELECT r.seq, r.emoji, r.refused, r.fault, v.name FROM message_reaction r
		LEFT JOIN user_version v ON v.user_version_id = r.user_version_id
		WHERE r.conversation_id = $4 AND r.author = 3) ours ON ours.seq = m.seq
WHERE (SELECT conversation_access($1::bigint, $2::boolean, $3::boolean, $4)) > 0
ORDER BY m.seq DESC

-- name: desk_part
-- A conversation as the thread of $4 shows it: $4 itself or another of its contact, as far as the viewer may see both.
-- earlier_id: the one that comes before it.
SELECT o.conversation_id, o.state, o.user_id, o.opened_at, o.contact_delivered_seq, o.contact_read_seq, h.messenger,
	h.name AS channel_name, u.name AS user_name,
	(SELECT string_agg(v.name, ', ' ORDER BY t.position) FROM conversation_typification t
		JOIN typification_version v ON v.typification_version_id = t.typification_version_id
		WHERE t.conversation_id = o.conversation_id) AS typification,
	conversation_earlier($1, $2, $3, o.conversation_id) AS earlier_id
FROM (SELECT conversation_access($1::bigint, $2::boolean, $3::boolean, $4::bigint) AS access) x
	JOIN conversation c ON c.conversation_id = $4 AND x.access > 0
	JOIN conversation o ON o.conversation_id = $5::bigint AND o.contact_id = c.contact_id
	JOIN channel h ON h.channel_id = o.channel_id
	LEFT JOIN app_user u ON u.user_id = o.user_id
WHERE o.conversation_id = c.conversation_id OR conversation_access($1, $2, $3, o.conversation_id) > 0

-- name: desk_find
-- Where the words $5 stand in all that the thread of $4 can show, latest first; the first 500, total counts all.
WITH seen AS MATERIALIZED (
	SELECT o.conversation_id, o.opened_at, coalesce(o.closed_at, now()) AS closed_at
	FROM (SELECT conversation_access($1::bigint, $2::boolean, $3::boolean, $4::bigint) AS access) x
		JOIN conversation c ON c.conversation_id = $4 AND x.access > 0
		JOIN conversation o ON o.contact_id = c.contact_id
			AND (o.opened_at, o.conversation_id) <= (c.opened_at, c.conversation_id)
	WHERE conversation_access($1, $2, $3, o.conversation_id) > 0
	ORDER BY o.opened_at DESC LIMIT 200
), e AS (
	SELECT DISTINCT ON (r.conversation_id, r.seq) r.conversation_id, r.seq, r.body
	FROM message_revision r JOIN seen ON seen.conversation_id = r.conversation_id
	ORDER BY r.conversation_id, r.seq, r.revision DESC
)
SELECT seen.conversation_id, m.seq, count(*) OVER () AS total
FROM seen JOIN message m ON m.conversation_id = seen.conversation_id
		AND m.created_at >= seen.opened_at - interval '1 hour' AND m.created_at <= seen.closed_at + interval '1 hour'
	LEFT JOIN e ON e.conversation_id = m.conversation_id AND e.seq = m.seq
WHERE m.kind <> 4
	AND strpos(text_folded(CASE WHEN e.seq IS NULL THEN m.body ELSE e.body END), text_folded($5::text)) > 0
ORDER BY seen.opened_at DESC, seen.conversation_id DESC, m.seq DESC LIMIT 500

-- name: desk_typifications
SELECT v.path, t.source, t.main FROM conversation_typification t
	JOIN typification_version v ON v.typification_version_id = t.typification_version_id
WHERE t.conversation_id = $4::bigint
	AND (SELECT conversation_access($1::bigint, $2::boolean, $3::boolean, $4)) > 0
ORDER BY t.main DESC, t.position

-- name: desk_history
-- The contact's other conversations on every channel, latest first, as far as the viewer may open them.
SELECT o.conversation_id, o.opened_at, o.state, o.messenger, o.queue_name, o.user_name,
	(SELECT v.name FROM conversation_typification t
		JOIN typification_version v ON v.typification_version_id = t.typification_version_id
		WHERE t.conversation_id = o.conversation_id ORDER BY t.main DESC, t.position DESC LIMIT 1) AS typification
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
SELECT c.state, c.visitor_id, h.messenger, c.last_contact_at, (c.state = 3 AND c.user_id = $1)
	OR EXISTS (SELECT 1 FROM submission s WHERE s.user_id = $1 AND s.once = $5::text) AS mine
FROM (SELECT conversation_access($1::bigint, $2::boolean, $3::boolean, $4::bigint) AS access) x
	JOIN conversation c ON c.conversation_id = $4 AND x.access > 0
	JOIN channel h ON h.channel_id = c.channel_id

-- name: desk_template_case
-- A case to be written to with a template. No row: not there, or not for this viewer.
SELECT c.state, (c.state = 3 AND c.user_id = $1) AS mine, c.channel_id, c.contact_id, k.name AS contact_name, h.name AS channel_name
FROM (SELECT conversation_access($1::bigint, $2::boolean, $3::boolean, $4::bigint) AS access) x
	JOIN conversation c ON c.conversation_id = $4 AND x.access > 0
	JOIN contact k ON k.contact_id = c.contact_id
	JOIN channel h ON h.channel_id = c.channel_id

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
SELECT r.file_id, r.file_name, r.kind, f.media_type, f.size_bytes
FROM (SELECT conversation_access($1::bigint, $2::boolean, $3::boolean, $4::bigint) AS access) x
	JOIN conversation c ON c.conversation_id = $4 AND x.access > 0
	LEFT JOIN canned_reply r ON r.canned_reply_id = $5::bigint AND r.deleted_at IS NULL
		AND (r.user_id IS NULL OR r.user_id = $1) AND (r.queue_id IS NULL OR r.queue_id = c.queue_id)
	LEFT JOIN file f ON f.file_id = r.file_id

-- name: close_case
-- What the closing form says about the case.
SELECT x.access, c.conversation_id, c.state, (c.state = 3 AND c.user_id = $1) AS mine, c.contact_id, c.assigned_at,
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
WHERE a.attachment_id = $4::bigint AND f.usable
	AND conversation_access($1::bigint, $2::boolean, $3::boolean, a.conversation_id) > 0
