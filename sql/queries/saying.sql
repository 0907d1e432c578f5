-- name: held_add
INSERT INTO held_message (conversation_id, user_id, user_version_id, once, body, quote, canned_reply_id, file_id,
	file_name, sticker, created_at, due_at, subject, further, template)
VALUES ($1, $2, $3, $4, $5, $6, nullif($7::bigint, 0), nullif($8::bigint, 0), $9, $10, $11::timestamptz,
	$11 + make_interval(secs => $12), $13, $14, $15)

-- name: held_undo
-- No row: it was said meanwhile, or undone, or is not theirs.
UPDATE held_message SET undone_at = now()
WHERE conversation_id = $1 AND user_id = $2 AND once = $3 AND said_at IS NULL AND undone_at IS NULL
RETURNING body, quote, file_name || coalesce((SELECT string_agg(', ' || (x->>'name'), '')
	FROM jsonb_array_elements(further) x), '') AS file_name, (template->'form')::text AS form

-- name: held_known
SELECT 1 AS known FROM held_message WHERE conversation_id = $1 AND user_id = $2 AND once = $3

-- name: held_due
-- Conversations in which something is to be said by now.
SELECT DISTINCT conversation_id FROM held_message
WHERE said_at IS NULL AND undone_at IS NULL AND refused_at IS NULL AND due_at <= now() LIMIT 200

-- name: held_of
-- What waits in a conversation and comes no later than the last that is due; all of it when $2. Its row is locked.
SELECT h.*, CASE WHEN h.file_id IS NOT NULL THEN
	nextval(pg_get_serial_sequence('attachment', 'attachment_id')) END AS attachment_id,
	(h.template->'row')::text AS template_row, (h.template->'data')::text AS template_data
FROM held_message h
WHERE h.conversation_id = $1::bigint AND h.said_at IS NULL AND h.undone_at IS NULL AND h.refused_at IS NULL
	AND ($2::boolean OR h.held_message_id <= (SELECT max(d.held_message_id) FROM held_message d
		WHERE d.conversation_id = $1 AND d.said_at IS NULL AND d.undone_at IS NULL AND d.refused_at IS NULL
			AND d.due_at <= now()))
ORDER BY h.held_message_id LIMIT 50

-- name: held_said
UPDATE held_message SET said_at = now() WHERE held_message_id = $1

-- name: held_refused
UPDATE held_message SET refused_at = now()
WHERE conversation_id = $1 AND said_at IS NULL AND undone_at IS NULL AND refused_at IS NULL

-- name: message_quoted
-- What an answer shows of the message it answers; not of notes, events and what was taken back.
SELECT jsonb_build_object('seq', m.seq, 'author', a.name, 'text', left(coalesce(
	nullif(CASE WHEN r.revision IS NULL THEN m.body ELSE r.body END, ''), m.data->'file'->>'name', ''), 200)) AS quote
FROM message m JOIN conversation c ON c.conversation_id = m.conversation_id
	JOIN code a ON a.list = 'author' AND a.value = m.author
	LEFT JOIN LATERAL (SELECT v.revision, v.body FROM message_revision v
		WHERE v.conversation_id = m.conversation_id AND v.seq = m.seq ORDER BY v.revision DESC LIMIT 1) r ON true
WHERE m.conversation_id = $1 AND m.seq = $2 AND m.created_at >= c.opened_at - interval '1 hour'
	AND m.author IN (1, 2, 3, 6) AND m.kind <> 4 AND (r.revision IS NULL OR r.body IS NOT NULL)

-- name: message_own
-- A message of this operator's in their conversation, as it reads now; last: nothing was said after it.
SELECT m.kind, m.created_at, coalesce(r.revision, 0) AS revision, r.revision IS NOT NULL AND r.body IS NULL AS deleted,
	m.created_at >= c.last_message_at AS last
FROM message m JOIN conversation c ON c.conversation_id = m.conversation_id
	JOIN user_version w ON w.user_version_id = m.user_version_id AND w.user_id = $3
	LEFT JOIN LATERAL (SELECT v.revision, v.body FROM message_revision v
		WHERE v.conversation_id = m.conversation_id AND v.seq = m.seq ORDER BY v.revision DESC LIMIT 1) r ON true
WHERE m.conversation_id = $1 AND m.seq = $2 AND m.created_at >= c.opened_at - interval '1 hour'
	AND m.author = 3 AND m.kind IN (1, 3)

-- name: message_revise
INSERT INTO message_revision (conversation_id, seq, revision, at, user_version_id, body)
VALUES ($1, $2, $3, $4, $5, $6)
