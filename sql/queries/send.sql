-- name: send_claim
-- The first of each conversation that is not out yet, so that the order holds: what waits for its time, or is out,
-- blocks what comes after it. Lines that rest are passed over. Looks at the first thousand. With all that the call
-- needs: the line's settings and secrets, the file, and the network's ids of the messages it is about.
WITH head AS (
	SELECT q.outbox_id, q.created_at, q.due_at, q.claimed_at,
		row_number() OVER (PARTITION BY coalesce(q.conversation_id, -q.outbox_id)
			ORDER BY q.outbox_id) AS place
	FROM (SELECT w.* FROM outbox_queue w LEFT JOIN channel_health h ON h.channel_id = w.channel_id
			WHERE w.lane = $1 AND coalesce(h.paused_until <= now(), true) ORDER BY w.outbox_id LIMIT 1000) q
), pick AS (
	SELECT outbox_id, created_at FROM head
	WHERE place = 1 AND claimed_at IS NULL AND due_at <= now() ORDER BY outbox_id LIMIT $2
), claimed AS (
	UPDATE outbox_queue q SET claimed_at = now(), attempts = attempts + 1 FROM pick
	WHERE q.lane = $1 AND q.outbox_id = pick.outbox_id
	RETURNING q.outbox_id, q.created_at, q.attempts, q.progress, q.quiet
), started AS (
	UPDATE outbox o SET state = 1, state_at = now() FROM claimed c
	WHERE o.outbox_id = c.outbox_id AND o.created_at = c.created_at AND o.state = 0
	RETURNING o.outbox_id, o.created_at, o.channel_id, o.conversation_id, o.seq, o.kind, o.payload, c.attempts,
		c.progress, c.quiet
)
SELECT s.outbox_id, s.created_at, s.channel_id, s.conversation_id, s.seq, s.kind, s.attempts, s.progress, s.quiet,
	h.messenger, h.settings::text AS settings, f.file_id, f.sha256, f.size_bytes AS file_size, m.media_id,
	(s.payload || CASE WHEN s.kind IN ('edit', 'delete') THEN jsonb_build_object('id', t.provider_id) ELSE '{}' END
		|| CASE WHEN s.payload ? 'quote' THEN jsonb_build_object('quote', jsonb_build_object('id', r.provider_id))
			ELSE '{}' END)::text AS payload,
	coalesce((SELECT jsonb_object_agg(x.name, x.value) FROM channel_send_secret x WHERE x.channel_id = s.channel_id),
		'{}')::text AS secrets
FROM started s LEFT JOIN channel h ON h.channel_id = s.channel_id
	LEFT JOIN attachment a ON a.attachment_id = (s.payload->'file'->>'id')::bigint
	LEFT JOIN file f ON f.file_id = a.file_id
	LEFT JOIN provider_media m ON m.channel_id = s.channel_id AND m.file_id = f.file_id
		AND m.expires_at > now() + interval '5 minutes'
	LEFT JOIN LATERAL (SELECT p.provider_id FROM provider_message p WHERE s.kind IN ('edit', 'delete')
		AND p.conversation_id = s.conversation_id AND p.seq = (s.payload->>'seq')::integer LIMIT 1) t ON true
	LEFT JOIN LATERAL (SELECT p.provider_id FROM provider_message p WHERE s.payload ? 'quote'
		AND p.conversation_id = s.conversation_id AND p.seq = (s.payload->'quote'->>'seq')::integer LIMIT 1) r ON true
ORDER BY s.outbox_id

-- name: send_permitted
-- Inner addresses that an administrator permits (lib/net/guard.h), and authorities to trust besides the system's.
SELECT coalesce((SELECT value #>> '{}' FROM setting WHERE key = 'network.inner'), '') AS list,
	coalesce((SELECT value #>> '{}' FROM setting WHERE key = 'network.ca'), '') AS authorities

-- name: send_done
-- Sent, refused or unknown: out of the queue. A report may have come first: states only rise. And by what the network
-- will name each ($9; NULL: not to be kept).
WITH v AS MATERIALIZED (
	SELECT * FROM unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::text[], $6::text[], $7::bigint[], $8::bigint[],
		$9::text[]) v (outbox_id, created, state, provider_id, error, code, fault, known_as)
), q AS (
	DELETE FROM outbox_queue w USING v WHERE w.lane = $1 AND w.outbox_id = v.outbox_id
), locked AS MATERIALIZED (
	SELECT o.outbox_id, o.created_at FROM v JOIN outbox o ON o.outbox_id = v.outbox_id
		AND o.created_at = to_timestamp(0) + v.created * interval '1 microsecond'
	ORDER BY o.outbox_id FOR UPDATE OF o
), done AS (
	UPDATE outbox o SET state = CASE WHEN o.state IN (0, 1) THEN v.state ELSE o.state END, provider_id = v.provider_id,
		error = v.error, error_code = nullif(v.code, 0), fault = CASE WHEN v.state = 5 THEN v.fault END,
		sent_at = CASE WHEN v.state = 2 THEN coalesce(o.sent_at, now()) ELSE o.sent_at END, state_at = now()
	FROM locked l JOIN v ON v.outbox_id = l.outbox_id WHERE o.outbox_id = l.outbox_id AND o.created_at = l.created_at
	RETURNING o.channel_id, o.conversation_id, o.seq, v.state, v.known_as
), known AS (
	INSERT INTO provider_message (channel_id, provider_id, conversation_id, seq)
	SELECT channel_id, known_as, conversation_id, seq FROM done
	WHERE known_as IS NOT NULL AND conversation_id IS NOT NULL AND seq IS NOT NULL
	ON CONFLICT DO NOTHING
)
INSERT INTO message_touch (conversation_id, seq)
SELECT DISTINCT conversation_id, seq FROM done WHERE state IN (5, 6) AND seq IS NOT NULL ORDER BY 1, 2
ON CONFLICT (conversation_id, seq) DO UPDATE SET xid = pg_current_xact_id()

-- name: send_media
-- An upload that can be used again.
INSERT INTO provider_media (channel_id, file_id, media_id, expires_at)
VALUES ($1::bigint, $2::bigint, $3::text, now() + make_interval(secs => $4::bigint))
ON CONFLICT (channel_id, file_id) DO UPDATE SET media_id = excluded.media_id, expires_at = excluded.expires_at

-- name: send_later
-- blameless ($6): this attempt does not count.
WITH q AS (
	UPDATE outbox_queue SET claimed_at = NULL, due_at = now() + make_interval(secs => $4),
		attempts = attempts - CASE WHEN $6::boolean THEN 1 ELSE 0 END
	WHERE lane = $1 AND outbox_id = $2
)
UPDATE outbox SET state = 0, error = $5, state_at = now() WHERE outbox_id = $2 AND created_at = $3 AND state = 1

-- name: send_lost
-- Claimed by a shift that did not come back: nobody knows whether they went out. Never sent again
-- blindly; a delivery report or a person settles them. What shows nothing, or the same once more, is done again.
WITH again AS (
	UPDATE outbox_queue q SET claimed_at = NULL FROM outbox o
	WHERE q.lane = $1 AND q.claimed_at IS NOT NULL AND o.outbox_id = q.outbox_id AND o.created_at = q.created_at
		AND (q.quiet OR o.kind IN ('fetch', 'check', 'profile', 'templates', 'edit', 'delete', 'reaction', 'read'))
		AND q.attempts < 8
	RETURNING q.outbox_id, q.created_at
), reset AS (
	UPDATE outbox o SET state = 0, state_at = now() FROM again a
	WHERE o.outbox_id = a.outbox_id AND o.created_at = a.created_at AND o.state = 1
), q AS (
	DELETE FROM outbox_queue WHERE lane = $1 AND claimed_at IS NOT NULL
		AND outbox_id NOT IN (SELECT outbox_id FROM again) RETURNING outbox_id, created_at
), lost AS (
	UPDATE outbox o SET state = 6, state_at = now(), error = 'the worker was lost while sending'
	FROM q WHERE o.outbox_id = q.outbox_id AND o.created_at = q.created_at AND o.state = 1
	RETURNING o.outbox_id, o.conversation_id, o.seq
), t AS (
	INSERT INTO message_touch (conversation_id, seq) SELECT conversation_id, seq FROM lost WHERE seq IS NOT NULL
	ON CONFLICT (conversation_id, seq) DO UPDATE SET xid = pg_current_xact_id()
)
SELECT outbox_id, conversation_id FROM lost

-- name: send_progress
-- The call of each that comes next, before it begins.
UPDATE outbox_queue q SET progress = v.progress, quiet = v.quiet > 0
FROM unnest($2::bigint[], $3::text[], $4::bigint[]) v (outbox_id, progress, quiet)
WHERE q.lane = $1 AND q.outbox_id = v.outbox_id

-- name: send_fetched
-- A file of theirs is here: the message has it from now on.
WITH t AS (
	INSERT INTO message_touch (conversation_id, seq) VALUES ($1::bigint, $2::bigint)
	ON CONFLICT (conversation_id, seq) DO UPDATE SET xid = pg_current_xact_id()
), f AS (
	SELECT file_id, media_type, size_bytes, nextval(pg_get_serial_sequence('attachment', 'attachment_id')) AS attachment_id
	FROM file WHERE file_id = $3::bigint
), a AS (
	INSERT INTO attachment (attachment_id, conversation_id, seq, file_id, name, created_at)
	SELECT attachment_id, $1::bigint, $2::bigint, file_id, $4::text, now() FROM f
)
UPDATE message m SET data = (m.data - 'media') || jsonb_build_object('file', jsonb_build_object('id', f.attachment_id,
	'name', $4, 'type', f.media_type, 'size', f.size_bytes) || CASE WHEN $5::boolean THEN '{"sticker":true}'::jsonb
	ELSE '{}' END)
FROM f, conversation c WHERE c.conversation_id = $1 AND m.conversation_id = $1 AND m.seq = $2
	AND m.created_at >= c.opened_at - interval '1 hour'

-- name: send_not_fetched
WITH t AS (
	INSERT INTO message_touch (conversation_id, seq) VALUES ($1::bigint, $2::bigint)
	ON CONFLICT (conversation_id, seq) DO UPDATE SET xid = pg_current_xact_id()
)
UPDATE message m SET data = jsonb_set(m.data, '{media,state}', '"failed"') FROM conversation c
WHERE c.conversation_id = $1::bigint AND m.conversation_id = $1 AND m.seq = $2::bigint
	AND m.created_at >= c.opened_at - interval '1 hour' AND m.data ? 'media'

-- name: send_line_works
-- Whoever was told that it rests for good is told.
WITH was AS (
	SELECT told FROM channel_health WHERE channel_id = $1::bigint AND told
), h AS (
	INSERT INTO channel_health (channel_id, last_out_at) VALUES ($1, now())
	ON CONFLICT (channel_id) DO UPDATE SET last_out_at = now(), told = false, paused_until = CASE
		WHEN channel_health.paused_until < 'infinity' THEN NULL ELSE channel_health.paused_until END
)
SELECT notice_line($1, 'line_works', NULL) FROM was

-- name: send_line_rests
-- For $2 seconds; negative: until somebody mends it, and once whoever may is told.
WITH was AS (
	SELECT paused_until FROM channel_health WHERE channel_id = $1::bigint AND paused_until = 'infinity'
), h AS (
	INSERT INTO channel_health (channel_id, paused_until, fault, error, error_at, told)
	VALUES ($1, CASE WHEN $2::bigint < 0 THEN 'infinity' ELSE now() + make_interval(secs => $2) END, $3::smallint,
		$4::text, now(), $2 < 0)
	ON CONFLICT (channel_id) DO UPDATE SET paused_until = greatest(channel_health.paused_until, excluded.paused_until),
		fault = excluded.fault, error = excluded.error, error_at = excluded.error_at,
		told = channel_health.told OR excluded.told
)
SELECT notice_line($1, 'line_rests', $4) WHERE $2 < 0 AND NOT EXISTS (SELECT FROM was)

-- name: send_profile
-- How somebody is called on their network, while nothing else is known.
UPDATE contact c SET name = $4::text FROM identity i
WHERE i.channel_id = $1::bigint AND i.kind = $2::text AND i.value = $3::text AND c.contact_id = i.contact_id
	AND c.name IS NULL

-- name: send_checked
-- What the test of a line said. One that works goes on.
WITH was AS (
	SELECT told FROM channel_health WHERE channel_id = $1::bigint AND told
), h AS (
	INSERT INTO channel_health (channel_id, checked_at, check_ok, check_text) VALUES ($1, now(), $2::boolean, $3::text)
	ON CONFLICT (channel_id) DO UPDATE SET checked_at = now(), check_ok = excluded.check_ok,
		check_text = excluded.check_text, told = channel_health.told AND NOT excluded.check_ok,
		paused_until = CASE WHEN excluded.check_ok THEN NULL ELSE channel_health.paused_until END
)
SELECT notice_line($1, 'line_works', NULL) FROM was WHERE $2

