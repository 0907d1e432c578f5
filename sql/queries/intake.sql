-- name: intake_claim
-- In order, one lane at a time; the lock makes an intruder wait instead of working twice.
SELECT q.inbound_id, q.attempts, q.received_at, i.channel_id, i.raw
FROM (SELECT inbound_id, attempts, received_at FROM inbound_queue
	WHERE lane = $1 AND inbound_id > $2 ORDER BY inbound_id LIMIT $3 FOR UPDATE) q
	LEFT JOIN inbound i ON i.inbound_id = q.inbound_id AND i.received_at = q.received_at
ORDER BY q.inbound_id

-- name: intake_last
SELECT coalesce(max(inbound_id), 0) AS inbound_id FROM inbound_queue WHERE lane = $1

-- name: intake_attempt
-- Committed before the row is touched, so that what kills the process is counted too.
UPDATE inbound_queue SET attempts = attempts + 1 WHERE lane = $1 AND inbound_id = $2

-- name: intake_dedupe
-- Gives the events that are new.
INSERT INTO inbound_dedupe (channel_id, provider_id, inbound_id)
SELECT channel_id, provider_id, inbound_id
FROM unnest($1::bigint[], $2::text[], $3::bigint[]) e (channel_id, provider_id, inbound_id)
ON CONFLICT DO NOTHING
RETURNING inbound_id, provider_id

-- name: intake_lock_visitors
SELECT * FROM conversation WHERE visitor_id = ANY ($1::bigint[]) AND state <> 4
ORDER BY conversation_id FOR UPDATE

-- name: intake_lock_identities
SELECT * FROM conversation WHERE state <> 4 AND conversation_id IN (
	SELECT c.conversation_id
	FROM unnest($1::bigint[], $2::text[], $3::text[]) e (channel_id, kind, value)
		JOIN identity i USING (channel_id, kind, value) JOIN contact k ON k.contact_id = i.contact_id
		JOIN conversation c ON c.contact_id = coalesce(k.merged_into, k.contact_id)
			AND c.channel_id = i.channel_id AND c.state <> 4)
ORDER BY conversation_id FOR UPDATE

-- name: intake_visitors
-- After the lock, so that what closed meanwhile is seen closed; ids for what is to be made.
SELECT v.visitor_id, coalesce(k.merged_into, v.contact_id) AS contact_id, k.blocked_until > now() AS blocked,
	CASE WHEN v.contact_id IS NULL THEN nextval('contact_contact_id_seq') END AS new_contact_id,
	CASE WHEN NOT EXISTS (SELECT FROM conversation c WHERE c.visitor_id = v.visitor_id AND c.state <> 4)
		THEN conversation_id_next($2) END AS new_conversation_id,
	CASE WHEN q.queue_id IS NOT NULL THEN l.conversation_id END AS last_id, q.queue_id AS last_queue_id, q.reopen_mode
FROM visitor v LEFT JOIN contact k ON k.contact_id = v.contact_id
	-- What was closed lately and its queue takes up again.
	LEFT JOIN LATERAL (SELECT c.conversation_id, c.state, c.closed_at, c.assigned_at, c.queue_id FROM conversation c
		WHERE c.contact_id = coalesce(k.merged_into, v.contact_id) AND c.visitor_id = v.visitor_id
		ORDER BY c.opened_at DESC LIMIT 1) l ON true
	LEFT JOIN queue q ON q.queue_id = l.queue_id AND l.state = 4 AND l.assigned_at IS NOT NULL AND q.deleted_at IS NULL
		AND q.reopen_mode > 1 AND l.closed_at > $2::timestamptz - make_interval(hours => q.reopen_hours)
WHERE v.visitor_id = ANY ($1::bigint[])

-- name: intake_identities
-- The same for the other networks; n is the place in the arrays, from 1.
SELECT e.n, coalesce(k.merged_into, i.contact_id) AS contact_id, k.blocked_until > now() AS blocked,
	CASE WHEN i.contact_id IS NULL THEN nextval('contact_contact_id_seq') END AS new_contact_id,
	conversation_id_next($4) AS new_conversation_id,
	CASE WHEN q.queue_id IS NOT NULL THEN l.conversation_id END AS last_id, q.queue_id AS last_queue_id, q.reopen_mode
FROM unnest($1::bigint[], $2::text[], $3::text[]) WITH ORDINALITY e (channel_id, kind, value, n)
	LEFT JOIN identity i USING (channel_id, kind, value)
	LEFT JOIN contact k ON k.contact_id = i.contact_id
	LEFT JOIN LATERAL (SELECT c.conversation_id, c.state, c.closed_at, c.assigned_at, c.queue_id FROM conversation c
		WHERE c.contact_id = coalesce(k.merged_into, i.contact_id) AND c.channel_id = e.channel_id
		ORDER BY c.opened_at DESC LIMIT 1) l ON true
	LEFT JOIN queue q ON q.queue_id = l.queue_id AND l.state = 4 AND l.assigned_at IS NOT NULL AND q.deleted_at IS NULL
		AND q.reopen_mode > 1 AND l.closed_at > $4::timestamptz - make_interval(hours => q.reopen_hours)

-- name: intake_came_by
-- A new conversation came by this identity.
UPDATE conversation SET identity_id = (SELECT i.identity_id FROM identity i
	WHERE i.channel_id = $2::bigint AND i.kind = $3::text AND i.value = $4::text)
WHERE conversation_id = $1::bigint

-- name: intake_unheard
INSERT INTO contact_unheard (contact_id, channel_id, received_at, body, file_id, file_name)
VALUES ($1, $2, $3, $4, nullif($5::bigint, 0), $6)

-- name: intake_conversation_id
SELECT conversation_id_next($1) AS conversation_id

-- name: intake_done
DELETE FROM inbound_queue WHERE lane = $1 AND inbound_id = ANY ($2::bigint[])

-- name: intake_quarantine
INSERT INTO inbound_poison (inbound_id, received_at, lane, channel_id, sqlstate, error, raw)
VALUES ($1, $2, $3, nullif($4::bigint, 0), $5, $6, $7)
ON CONFLICT (inbound_id) DO UPDATE SET at = now(), sqlstate = excluded.sqlstate, error = excluded.error,
	repeated_at = NULL, repeated_by = NULL

-- name: intake_channels
SELECT c.channel_id, c.messenger, c.default_queue_id, coalesce(b.bot_id, 0) AS bot_id,
	coalesce(b.published_version_id, 0) AS bot_version_id
FROM channel c LEFT JOIN bot b ON b.bot_id = c.bot_id AND b.deleted_at IS NULL

-- name: intake_queues
SELECT queue_id, key, channel_ids FROM queue WHERE deleted_at IS NULL

-- name: intake_flow
SELECT flow FROM bot_version WHERE bot_version_id = $1

-- name: intake_flow_file
SELECT file_id, media_type, size_bytes,
	nextval(pg_get_serial_sequence('attachment', 'attachment_id')) AS attachment_id
FROM file WHERE sha256 = decode($1, 'hex')
