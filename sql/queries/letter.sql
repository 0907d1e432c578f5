-- A mail with its form, as far as the viewer ($1..$3) may open its conversation.

-- name: letter_open
-- $6: the start of the day the conversation was opened. No row: not there, no mail, or not for this viewer.
SELECT l.subject, l.address, l.html, l.quoted, l.files::text AS files, m.body, m.created_at, k.name AS contact_name,
	k.contact_id, i.value AS sender, h.settings->>'account' AS account
FROM message_mail l JOIN conversation c ON c.conversation_id = l.conversation_id
	JOIN message m ON m.conversation_id = l.conversation_id AND m.seq = l.seq AND m.created_at >= $6::timestamptz
	JOIN contact k ON k.contact_id = c.contact_id
	JOIN channel h ON h.channel_id = c.channel_id
	LEFT JOIN identity i ON i.identity_id = c.identity_id
WHERE l.conversation_id = $4::bigint AND l.seq = $5::integer
	AND conversation_access($1::bigint, $2::boolean, $3::boolean, $4) > 0

-- name: letter_image
-- The file of that place ($6, from 0) in a mail.
SELECT f.sha256, f.media_type, coalesce(l.files->$6::integer->>'name', '') AS name
FROM message_mail l JOIN file f ON f.file_id = (l.files->$6::integer->>'file_id')::bigint AND f.usable
WHERE l.conversation_id = $4::bigint AND l.seq = $5::integer
	AND conversation_access($1::bigint, $2::boolean, $3::boolean, $4) > 0
