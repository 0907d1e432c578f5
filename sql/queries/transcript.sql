-- A conversation as a document: as far as the viewer ($1..$3) may open it.

-- name: transcript_conversation
-- What stands on top of it. No row: not there, or not for this viewer. agents: who attended, as they were then.
-- sent: the form $5 was taken already.
SELECT x.access, c.conversation_id, c.state, (c.state = 3 AND c.user_id = $1) AS mine,
	EXISTS (SELECT 1 FROM submission s WHERE s.user_id = $1 AND s.once = $5::text) AS sent, c.opened_at, c.closed_at, k.contact_id,
	k.name AS contact_name, k.cuit, k.email, k.phone, h.messenger, h.name AS channel_name, q.name AS queue_name,
	(SELECT string_agg(s.name, ', ' ORDER BY s.first) FROM (
		SELECT v.name, min(g.segment_seq) AS first FROM segment g JOIN user_version v ON v.user_version_id = g.user_version_id
		WHERE g.conversation_id = c.conversation_id AND g.kind = 3 GROUP BY v.name) s) AS agents,
	(SELECT string_agg(v.path, '; ' ORDER BY t.position) FROM conversation_typification t
		JOIN typification_version v ON v.typification_version_id = t.typification_version_id
		WHERE t.conversation_id = c.conversation_id) AS typifications,
	contact_sees_operator() AS sees_operator
FROM (SELECT conversation_access($1::bigint, $2::boolean, $3::boolean, $4::bigint) AS access) x
	JOIN conversation c ON c.conversation_id = $4 AND x.access > 0
	JOIN contact k ON k.contact_id = c.contact_id
	JOIN channel h ON h.channel_id = c.channel_id
	LEFT JOIN queue q ON q.queue_id = c.queue_id

-- name: transcript_messages
-- From the first on, at most $5, as they read by now. $6: the start of the day the conversation was opened, so that only the months it can
-- be in are read. $7: notes and whispers too. $8: only what the contact saw (webchat_thread).
SELECT CASE WHEN m.data ? 'subject' AND m.data->>'subject' IS DISTINCT FROM
		lag(CASE WHEN m.data ? 'subject' THEN m.data->>'subject' END) OVER (PARTITION BY m.data ? 'subject' ORDER BY m.seq)
		THEN nullif(m.data->>'subject', '') END AS subject,
	m.seq, m.created_at, m.author, m.kind, CASE WHEN e.revision IS NULL THEN m.body ELSE coalesce(e.body, '') END AS body,
	e.revision IS NOT NULL AND e.body IS NULL AS deleted, e.body IS NOT NULL AS edited,
	m.data->'quote'->>'author' AS quote_author, m.data->'quote'->>'text' AS quote_text, w.name AS author_name, w.display_name, m.data->'options' AS options,
	CASE WHEN m.data ?| '{order,cards,story,referral}' THEN m.data END AS beside, m.data->>'unseen' AS cannot_show,
	m.data->'place'->>'lat' AS place_lat, m.data->'place'->>'lon' AS place_lon,
	m.data->>'event' AS event, m.data->>'agent' AS event_agent, m.data->>'by' AS event_by, m.data->>'why' AS event_why, m.data->>'whisper' AS whisper,
	CASE WHEN m.kind = 4 THEN (SELECT q.name FROM queue q WHERE q.queue_id = (m.data->>'queue_id')::bigint) END AS event_queue,
	CASE WHEN m.kind = 4 THEN (SELECT q.name FROM queue q WHERE q.queue_id = (m.data->>'from_id')::bigint) END AS event_from,
	m.data->'file'->>'id' AS file_id, m.data->'file'->>'name' AS file_name, m.data->'file'->>'size' AS file_size,
	CASE WHEN m.data ? 'file' THEN files_held(m.data) END AS held,
	(SELECT encode(f.sha256, 'hex') FROM attachment a JOIN file f ON f.file_id = a.file_id
		WHERE a.attachment_id = (m.data->'file'->>'id')::bigint) AS file_sha256
FROM message m LEFT JOIN user_version w ON w.user_version_id = m.user_version_id
	LEFT JOIN LATERAL (SELECT r.revision, r.body FROM message_revision r WHERE r.conversation_id = m.conversation_id AND r.seq = m.seq
		ORDER BY r.revision DESC LIMIT 1) e ON true
WHERE (SELECT conversation_access($1::bigint, $2::boolean, $3::boolean, $4::bigint)) > 0
	AND m.conversation_id = $4 AND m.created_at >= $6::timestamptz
	AND ($7::boolean OR m.author <> 5)
	AND (NOT $8::boolean OR m.author IN (1, 2, 3, 6) AND m.kind <> 4 OR m.kind = 4 AND m.data->>'event' IN ('assigned', 'closed'))
ORDER BY m.seq LIMIT $5::integer
