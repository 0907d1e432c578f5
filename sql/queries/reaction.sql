-- name: reaction_of
-- A contact's message that one may react to, and what of ours is at it. numbered: its network knows it by an id.
SELECT r.revision IS NOT NULL AND r.body IS NULL AS deleted, o.emoji, EXISTS (SELECT 1 FROM provider_message p
	WHERE p.conversation_id = m.conversation_id AND p.seq = m.seq) AS numbered
FROM message m JOIN conversation c ON c.conversation_id = m.conversation_id
	LEFT JOIN LATERAL (SELECT v.revision, v.body FROM message_revision v
		WHERE v.conversation_id = m.conversation_id AND v.seq = m.seq ORDER BY v.revision DESC LIMIT 1) r ON true
	LEFT JOIN message_reaction o ON o.conversation_id = m.conversation_id AND o.seq = m.seq AND o.author = 3
WHERE m.conversation_id = $1 AND m.seq = $2 AND m.created_at >= c.opened_at - interval '1 hour'
	AND m.author = 1 AND m.kind <> 4

-- name: reaction_set
-- It shows at once, and goes out after what was said before it; "" takes it back.
WITH o AS (
	INSERT INTO outbox (channel_id, conversation_id, kind, payload)
	SELECT c.channel_id, c.conversation_id, 'reaction', jsonb_build_object('to',
		jsonb_build_object('kind', i.kind, 'value', i.value), 'seq', $2::integer, 'emoji', $3::text)
	FROM conversation c JOIN identity i ON i.identity_id = coalesce(c.identity_id, (SELECT max(d.identity_id)
		FROM identity d WHERE d.contact_id = c.contact_id AND d.channel_id = c.channel_id))
	WHERE c.conversation_id = $1::bigint
	RETURNING outbox_id, created_at, channel_id, conversation_id
), q AS (
	INSERT INTO outbox_queue (lane, outbox_id, created_at, channel_id, conversation_id)
	SELECT 0, outbox_id, created_at, channel_id, conversation_id FROM o
), r AS (
	INSERT INTO message_reaction (conversation_id, seq, author, emoji, at, user_version_id, outbox_id)
	SELECT conversation_id, $2, 3, nullif($3, ''), $5::timestamptz, $4::bigint, outbox_id FROM o
	ON CONFLICT (conversation_id, seq, author) DO UPDATE SET emoji = excluded.emoji, at = excluded.at,
		user_version_id = excluded.user_version_id, outbox_id = excluded.outbox_id, refused = NULL, fault = NULL
)
INSERT INTO message_touch (conversation_id, seq) SELECT conversation_id, $2 FROM o
ON CONFLICT (conversation_id, seq) DO UPDATE SET xid = pg_current_xact_id()
