-- What leaves for networks that are not ours. Whom it goes to: the identity that the conversation came by, else the
-- contact's last one on its channel; without one (the webchat) there is nothing to send.

-- name: outbox_message
-- An SMS is of its channel's class from then on, whatever the channel becomes. A mail takes in what is said at once, and
-- waits $5 seconds for it.
WITH o AS (
	INSERT INTO outbox (channel_id, conversation_id, seq, kind, payload)
	SELECT c.channel_id, c.conversation_id, $2::integer, $4::text,
		jsonb_build_object('to', jsonb_build_object('kind', i.kind, 'value', i.value)) || CASE WHEN h.messenger = 7
			THEN jsonb_build_object('class', coalesce(h.settings->>'class', 'transactional')) ELSE '{}' END || $3::jsonb
	FROM conversation c JOIN channel h ON h.channel_id = c.channel_id JOIN identity i ON i.identity_id = coalesce(c.identity_id, (SELECT max(d.identity_id)
		FROM identity d WHERE d.contact_id = c.contact_id AND d.channel_id = c.channel_id))
	WHERE c.conversation_id = $1::bigint
		AND NOT CASE WHEN h.messenger = 8 THEN outbox_mail_join(c.conversation_id, $2::integer, $3::jsonb) ELSE false END
	RETURNING outbox_id, created_at, channel_id, conversation_id
)
INSERT INTO outbox_queue (lane, outbox_id, created_at, channel_id, conversation_id, due_at)
SELECT 0, outbox_id, created_at, channel_id, conversation_id,
	now() + make_interval(secs => CASE WHEN $5::bigint > 0 AND EXISTS (SELECT FROM channel h WHERE h.channel_id = o.channel_id
		AND h.messenger = 8) THEN $5 ELSE 0 END) FROM o

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
-- instagram). It waits for nothing of its conversation, and nothing for it.
WITH o AS (
	INSERT INTO outbox (channel_id, conversation_id, kind, payload)
	SELECT c.channel_id, c.conversation_id, $2::text, jsonb_build_object('to',
		jsonb_build_object('kind', i.kind, 'value', i.value), 'id', p.provider_id)
	FROM conversation c JOIN identity i ON i.identity_id = c.identity_id
		JOIN channel h ON h.channel_id = c.channel_id AND h.messenger IN (2, 3, 4)
		JOIN LATERAL (SELECT m.seq FROM message m WHERE m.conversation_id = c.conversation_id AND m.author = 1
			AND m.created_at >= c.last_contact_at - interval '1 second' ORDER BY m.seq DESC LIMIT 1) l ON true
		JOIN LATERAL (SELECT m.provider_id FROM provider_message m WHERE m.conversation_id = c.conversation_id
			AND m.seq = l.seq LIMIT 1) p ON true
	WHERE c.conversation_id = $1::bigint
	RETURNING outbox_id, created_at, channel_id
)
INSERT INTO outbox_queue (lane, outbox_id, created_at, channel_id)
SELECT 0, outbox_id, created_at, channel_id FROM o

-- name: outbox_typing
-- That we write, which one call shows for $2 seconds: none while the last one still does.
WITH t AS (
	SELECT c.conversation_id, c.channel_id, i.kind, i.value, p.provider_id
	FROM conversation c JOIN identity i ON i.identity_id = c.identity_id
		LEFT JOIN LATERAL (SELECT m.seq FROM message m WHERE m.conversation_id = c.conversation_id AND m.author = 1
			AND m.created_at >= c.last_contact_at - interval '1 second' ORDER BY m.seq DESC LIMIT 1) l ON true
		LEFT JOIN LATERAL (SELECT m.provider_id FROM provider_message m WHERE m.conversation_id = c.conversation_id
			AND m.seq = l.seq LIMIT 1) p ON true
	WHERE c.conversation_id = $1::bigint
), g AS (
	INSERT INTO conversation_sign AS g (conversation_id, typed_until)
	SELECT conversation_id, now() + make_interval(secs => $2::bigint) FROM t
	ON CONFLICT (conversation_id) DO UPDATE SET typed_until = excluded.typed_until WHERE g.typed_until < now()
	RETURNING conversation_id
), o AS (
	INSERT INTO outbox (channel_id, conversation_id, kind, payload)
	SELECT t.channel_id, t.conversation_id, 'typing', jsonb_strip_nulls(jsonb_build_object('to',
		jsonb_build_object('kind', t.kind, 'value', t.value), 'id', t.provider_id))
	FROM t JOIN g ON g.conversation_id = t.conversation_id
	RETURNING outbox_id, created_at, channel_id
)
INSERT INTO outbox_queue (lane, outbox_id, created_at, channel_id)
SELECT 0, outbox_id, created_at, channel_id FROM o

-- name: outbox_typed
-- What was being written is said: networks stop showing it.
UPDATE conversation_sign SET typed_until = now() - interval '1 second'
WHERE conversation_id = $1::bigint AND typed_until > now()
