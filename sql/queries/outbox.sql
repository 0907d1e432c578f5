-- What leaves for networks that are not ours. Whom it goes to: the identity that the conversation came by, else the
-- contact's last one on its channel; without one (the webchat) there is nothing to send.

-- name: outbox_message
WITH o AS (
	INSERT INTO outbox (channel_id, conversation_id, seq, kind, payload)
	SELECT c.channel_id, c.conversation_id, $2::integer, 'message',
		jsonb_build_object('to', jsonb_build_object('kind', i.kind, 'value', i.value)) || $3::jsonb
	FROM conversation c JOIN identity i ON i.identity_id = coalesce(c.identity_id, (SELECT max(d.identity_id)
		FROM identity d WHERE d.contact_id = c.contact_id AND d.channel_id = c.channel_id))
	WHERE c.conversation_id = $1::bigint
	RETURNING outbox_id, created_at, channel_id, conversation_id
)
INSERT INTO outbox_queue (lane, outbox_id, created_at, channel_id, conversation_id)
SELECT 0, outbox_id, created_at, channel_id, conversation_id FROM o

-- name: outbox_change
-- After the message itself: the order of a conversation holds.
WITH o AS (
	INSERT INTO outbox (channel_id, conversation_id, kind, payload)
	SELECT m.channel_id, m.conversation_id, CASE WHEN $3::text IS NULL THEN 'delete' ELSE 'edit' END,
		jsonb_build_object('to', m.payload->'to', 'text', $3, 'seq', m.seq)
	FROM outbox m WHERE m.conversation_id = $1::bigint AND m.seq = $2::integer AND m.kind = 'message'
		AND m.state NOT IN (5, 6)
	RETURNING outbox_id, created_at, channel_id, conversation_id
)
INSERT INTO outbox_queue (lane, outbox_id, created_at, channel_id, conversation_id)
SELECT 0, outbox_id, created_at, channel_id, conversation_id FROM o

-- name: outbox_sign
-- About the contact's last message, as their network numbers it; where the contact sees it (whatsapp, messenger,
-- instagram).
WITH o AS (
	INSERT INTO outbox (channel_id, conversation_id, kind, payload)
	SELECT c.channel_id, c.conversation_id, $2::text, jsonb_build_object('to',
		jsonb_build_object('kind', i.kind, 'value', i.value), 'id', p.provider_id)
	FROM conversation c JOIN identity i ON i.identity_id = c.identity_id
		JOIN channel h ON h.channel_id = c.channel_id AND h.messenger IN (2, 3, 4)
		JOIN LATERAL (SELECT m.seq FROM message m WHERE m.conversation_id = c.conversation_id AND m.author = 1
			AND m.created_at >= c.last_contact_at - interval '1 second' ORDER BY m.seq DESC LIMIT 1) l ON true
		JOIN provider_message p ON p.conversation_id = c.conversation_id AND p.seq = l.seq
	WHERE c.conversation_id = $1::bigint
	RETURNING outbox_id, created_at, channel_id, conversation_id
)
INSERT INTO outbox_queue (lane, outbox_id, created_at, channel_id, conversation_id)
SELECT 0, outbox_id, created_at, channel_id, conversation_id FROM o
