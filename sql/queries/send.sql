-- name: send_claim
-- The first of each conversation that is not out yet, so that the order holds: what waits for its time, or is out,
-- blocks what comes after it. Of each line ($3) as many as have room ($4), what somebody waits for first; lines that rest
-- are passed over. Looks at the first 500 of a line. With all that the call needs: the line's settings and secrets,
-- the file, and the network's ids of the messages it is about.
WITH line AS (
	SELECT v.channel_id, v.room FROM unnest($3::bigint[], $4::bigint[]) v (channel_id, room)
		LEFT JOIN channel_health h ON h.channel_id = v.channel_id
	WHERE v.room > 0 AND coalesce(h.paused_until <= now(), true)
), head AS (
	SELECT q.outbox_id, q.created_at, q.channel_id, q.rank, q.due_at, q.claimed_at, q.room,
		row_number() OVER (PARTITION BY coalesce(q.conversation_id, -q.outbox_id)
			ORDER BY q.rank, q.outbox_id) AS place
	FROM (SELECT w.*, l.room FROM line l CROSS JOIN LATERAL (SELECT * FROM outbox_queue o
				WHERE o.lane = $1 AND o.channel_id = l.channel_id ORDER BY o.rank, o.outbox_id LIMIT 500) w
		UNION ALL (SELECT w.*, $2::bigint FROM outbox_queue w
			WHERE w.lane = $1 AND w.channel_id IS NULL ORDER BY w.rank, w.outbox_id LIMIT 500)) q
), ready AS (
	SELECT outbox_id, created_at, rank, room, row_number() OVER (PARTITION BY channel_id ORDER BY rank, outbox_id) AS place
	FROM head WHERE place = 1 AND claimed_at IS NULL AND due_at <= now()
), pick AS (
	SELECT outbox_id, created_at FROM ready WHERE place <= room ORDER BY rank, outbox_id LIMIT $2
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
	h.messenger, (SELECT jsonb_agg(jsonb_build_object('size', g.size_bytes,
			'path', left(x.hex, 2) || '/' || substr(x.hex, 3, 2) || '/' || x.hex) ORDER BY e.place)
		FROM jsonb_array_elements(s.payload->'further') WITH ORDINALITY e (file, place)
			JOIN attachment b ON b.attachment_id = (e.file->>'id')::bigint JOIN file g ON g.file_id = b.file_id
			CROSS JOIN LATERAL (SELECT encode(g.sha256, 'hex') AS hex) x)::text AS further,
	h.settings::text AS settings, f.file_id, f.sha256, f.size_bytes AS file_size, m.media_id,
	CASE WHEN f.file_id IS NULL THEN NULL WHEN NOT f.usable THEN f.scan_state ELSE (SELECT max(g.scan_state)
		FROM jsonb_array_elements(s.payload->'further') e (file) JOIN attachment b ON b.attachment_id = (e.file->>'id')::bigint
			JOIN file g ON g.file_id = b.file_id AND NOT g.usable) END AS file_held,
	(s.payload || coalesce(u.said, '{}') || CASE WHEN s.kind IN ('edit', 'delete', 'reaction') THEN jsonb_build_object('id', t.ids->0, 'ids', t.ids) ELSE '{}' END
		|| CASE WHEN s.payload ? 'quote' THEN jsonb_build_object('quote', jsonb_build_object('id', r.provider_id))
			ELSE '{}' END || coalesce(k.mail, '{}'))::text AS payload,
	coalesce((SELECT jsonb_object_agg(x.name, x.value) FROM channel_send_secret x WHERE x.channel_id = s.channel_id),
		'{}')::text AS secrets
FROM started s LEFT JOIN channel h ON h.channel_id = s.channel_id
	LEFT JOIN attachment a ON a.attachment_id = (s.payload->'file'->>'id')::bigint
	LEFT JOIN file f ON f.file_id = coalesce(a.file_id, (s.payload->'file'->>'stored')::bigint)
	LEFT JOIN provider_media m ON m.channel_id = s.channel_id AND m.file_id = f.file_id
		AND m.expires_at > now() + interval '5 minutes'
	-- Under a person's first answer to a mail stands what it said.
	LEFT JOIN LATERAL (SELECT jsonb_build_object('said', jsonb_build_object('text', left(m.body, 2000),
			'cut', length(m.body) > 2000, 'by', d.name, 'at', extract(epoch FROM m.created_at)::bigint)) AS said
		FROM conversation c JOIN contact d ON d.contact_id = c.contact_id
			JOIN LATERAL (SELECT m.* FROM message m WHERE m.conversation_id = c.conversation_id AND m.seq < s.seq
				AND m.created_at >= c.opened_at - interval '1 hour' AND m.data ? 'subject'
				AND (m.author = 1 AND m.kind = 1 OR m.author = 3) AND NOT m.data ? 'automatic'
				ORDER BY m.seq DESC LIMIT 1) m ON m.author = 1
		WHERE c.conversation_id = s.conversation_id AND h.messenger = 8 AND s.kind = 'message'
			AND s.payload @> '{"human": true}') u ON true
	LEFT JOIN LATERAL (SELECT jsonb_agg(p.provider_id ORDER BY p.part, p.at) AS ids FROM provider_message p
		WHERE p.conversation_id = s.conversation_id AND p.seq = (s.payload->>'seq')::integer) t
		ON s.kind IN ('edit', 'delete', 'reaction')
	LEFT JOIN LATERAL (SELECT p.provider_id FROM provider_message p WHERE s.payload ? 'quote'
		AND p.conversation_id = s.conversation_id AND p.seq = (s.payload->'quote'->>'seq')::integer ORDER BY p.part LIMIT 1) r ON true
	-- A mail goes on with the last one that came.
	LEFT JOIN LATERAL (SELECT jsonb_build_object('mail', jsonb_strip_nulls(jsonb_build_object(
			'conversation', s.conversation_id, 'subject', l.subject, 'in_reply_to', l.message_id,
			'references', l.thread, 'from', l.address))) AS mail
		FROM (SELECT 1) one LEFT JOIN LATERAL (SELECT * FROM message_mail n WHERE n.conversation_id = s.conversation_id
			ORDER BY n.seq DESC LIMIT 1) l ON true
		WHERE h.messenger = 8 AND s.kind = 'message') k ON true
ORDER BY s.outbox_id

-- name: send_permitted
-- Inner addresses that an administrator permits (lib/net/guard.h), and authorities to trust besides the system's.
SELECT coalesce((SELECT value #>> '{}' FROM setting WHERE key = 'network.inner'), '') AS list,
	coalesce((SELECT value #>> '{}' FROM setting WHERE key = 'network.ca'), '') AS authorities

-- name: send_done
-- Sent, refused or unknown: out of the queue. A report may have come first: states only rise. And by what the network
-- will name each ($9; NULL: not to be kept);
-- of an SMS, as how many it is paid ($10). The desk shows anew what failed, and what it may have shown as waiting.
WITH v AS MATERIALIZED (
	SELECT * FROM unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::text[], $6::text[], $7::bigint[], $8::bigint[],
		$9::text[], $10::bigint[]) v (outbox_id, created, state, provider_id, error, code, fault, known_as, segments)
), q AS (
	DELETE FROM outbox_queue w USING v WHERE w.lane = $1 AND w.outbox_id = v.outbox_id
), locked AS MATERIALIZED (
	SELECT o.outbox_id, o.created_at FROM v JOIN outbox o ON o.outbox_id = v.outbox_id
		AND o.created_at = to_timestamp(0) + v.created * interval '1 microsecond'
	ORDER BY o.outbox_id FOR UPDATE OF o
), done AS (
	UPDATE outbox o SET state = CASE WHEN o.state IN (0, 1) THEN v.state ELSE o.state END, provider_id = v.provider_id,
		error = v.error, error_code = nullif(v.code, 0), fault = CASE WHEN v.state = 5 THEN v.fault END,
		segments = nullif(v.segments, 0),
		sent_at = CASE WHEN v.state = 2 THEN coalesce(o.sent_at, now()) ELSE o.sent_at END, state_at = now()
	FROM locked l JOIN v ON v.outbox_id = l.outbox_id WHERE o.outbox_id = l.outbox_id AND o.created_at = l.created_at
	RETURNING o.outbox_id, o.channel_id, o.conversation_id, o.seq, o.created_at, o.kind, v.state, v.known_as, o.state AS is_now, o.fault,
		CASE WHEN o.kind = 'reaction' THEN o.payload END AS reaction
), counted AS (
	-- Of messages: how many ended at their provider, and how many of them badly.
	INSERT INTO line_count AS c (channel_id, slot, writer, tried, failed)
	SELECT channel_id, date_bin('5 minutes', now(), '2000-01-01'), 10, count(*), count(*) FILTER (WHERE state = 5)
	FROM done WHERE kind IN ('message', 'template') GROUP BY channel_id ORDER BY channel_id
	ON CONFLICT (channel_id, slot, writer) DO UPDATE SET tried = c.tried + excluded.tried, failed = c.failed + excluded.failed
), known AS (
	INSERT INTO provider_message (channel_id, provider_id, conversation_id, seq)
	SELECT channel_id, known_as, conversation_id, seq FROM done
	WHERE known_as IS NOT NULL AND conversation_id IS NOT NULL AND seq IS NOT NULL
	ON CONFLICT DO NOTHING
)
INSERT INTO message_touch (conversation_id, seq)
SELECT DISTINCT conversation_id, seq FROM done WHERE seq IS NOT NULL
	AND (state IN (5, 6) OR created_at < now() - interval '10 seconds')
UNION
SELECT conversation_id, (reaction->>'seq')::integer FROM done WHERE reaction IS NOT NULL
	AND reaction_settle(conversation_id, (reaction->>'seq')::integer, outbox_id, reaction->>'emoji', is_now, fault, true)
ORDER BY 1, 2
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
	RETURNING o.outbox_id, o.conversation_id, o.seq, o.kind, o.channel_id, o.payload
), token AS (
	-- Was another one given? Who may authorise the account anew is told.
	UPDATE channel_health h SET token_state = CASE WHEN s.channel_id IS NULL THEN 0 ELSE 2 END FROM lost l
		LEFT JOIN channel_send_secret s ON s.channel_id = l.channel_id AND s.name = 'refresh_token'
	WHERE l.kind = 'token' AND h.channel_id = l.channel_id AND h.token_state = 1 RETURNING h.channel_id, h.token_state
), told AS (
	SELECT notice_line(channel_id, 'line_token_lost', NULL, 'token') FROM token WHERE token_state = 2
), t AS (
	INSERT INTO message_touch (conversation_id, seq) SELECT conversation_id, seq FROM lost WHERE seq IS NOT NULL
	UNION
	SELECT conversation_id, (payload->>'seq')::integer FROM lost WHERE kind = 'reaction' AND reaction_settle(conversation_id,
		(payload->>'seq')::integer, outbox_id, payload->>'emoji', 6::smallint, NULL, true)
	ON CONFLICT (conversation_id, seq) DO UPDATE SET xid = pg_current_xact_id()
)
SELECT outbox_id, conversation_id, (SELECT count(*) FROM told) AS told FROM lost

-- name: send_token
-- Until when a token holds ($5 seconds; 0: nobody knows, negative: always); and new ones ($3, $4) in place of those that
-- were shown ($2), unless somebody wrote others meanwhile. A line that rested for its token goes on.
WITH was AS MATERIALIZED (
	SELECT name, value FROM channel_send_secret WHERE channel_id = $1::bigint AND name IN ('token', 'refresh_token')
	ORDER BY name DESC FOR UPDATE
), mine AS (
	SELECT 1 WHERE $2::text IS NULL OR EXISTS (SELECT 1 FROM was WHERE name = 'refresh_token' AND value = $2)
), written AS (
	INSERT INTO channel_send_secret AS s (channel_id, name, value) SELECT $1, n.name, n.value
	FROM mine, (VALUES ('token', $3::text), ('refresh_token', $4::text)) n (name, value) WHERE n.value IS NOT NULL
	ON CONFLICT (channel_id, name) DO UPDATE SET value = excluded.value, revision = s.revision + 1
), before AS (
	SELECT token_state, told FROM channel_health WHERE channel_id = $1
), h AS (
	UPDATE channel_health h SET token_state = 0, token_error = NULL, token_expires_at = CASE WHEN $5::bigint < 0 THEN 'infinity'
			WHEN $5 > 0 THEN now() + make_interval(secs => $5) END,
		token_told = CASE WHEN $5 BETWEEN 1 AND 7 * 86400 THEN h.token_told ELSE 0 END,
		paused_until = CASE WHEN $3 IS NOT NULL AND h.fault = 10 THEN NULL ELSE h.paused_until END,
		told = h.told AND ($3 IS NULL OR h.fault IS DISTINCT FROM 10)
	FROM mine WHERE h.channel_id = $1 RETURNING h.told
)
SELECT CASE WHEN b.told AND NOT h.told THEN notice_line($1, 'line_works', NULL) END,
	CASE WHEN b.token_state IN (2, 3) THEN notice_line($1, 'line_token_works', NULL, 'token') END
FROM before b, h

-- name: send_token_not
-- It was not renewed: marked, with why, and where nothing goes on by itself (2 lost, 3 refused) whoever may is told.
WITH before AS (
	SELECT token_state FROM channel_health WHERE channel_id = $1::bigint
), h AS (
	UPDATE channel_health SET token_state = $2::smallint, token_error = left($3::text, 300)
	WHERE channel_id = $1 AND token_state = 1 RETURNING token_state
)
SELECT notice_line($1, CASE token_state WHEN 2 THEN 'line_token_lost' ELSE 'line_token_refused' END, $3, 'token')
FROM h WHERE token_state IN (2, 3)

-- name: send_lines
-- All lines, those in use first, and what is set of their pace (send_meter.c); 0: nothing.
SELECT channel_id, messenger, CASE WHEN jsonb_typeof(settings->'throughput') = 'number'
		THEN (settings->>'throughput')::numeric::bigint ELSE 0 END AS throughput,
	CASE WHEN jsonb_typeof(settings->'per_quarter') = 'number'
		THEN (settings->>'per_quarter')::numeric::bigint ELSE 0 END AS per_quarter
FROM channel ORDER BY deleted_at IS NOT NULL, channel_id LIMIT $1

-- name: send_windows
-- Messages of the last day, of lines that may send so many.
WITH old AS (
	DELETE FROM send_window WHERE at <= now() - interval '24 hours'
)
SELECT channel_id, at FROM send_window WHERE at > now() - interval '24 hours' ORDER BY at

-- name: send_paces
WITH old AS (
	DELETE FROM send_pace WHERE until <= now()
)
SELECT channel_id, recipient, until FROM send_pace WHERE until > now()

-- name: send_window
INSERT INTO send_window (channel_id, at) VALUES ($1::bigint, now())

-- name: send_pace
INSERT INTO send_pace (channel_id, recipient, until) VALUES ($1::bigint, $2::bigint, $3::timestamptz)
ON CONFLICT (channel_id, recipient) DO UPDATE SET until = greatest(send_pace.until, excluded.until)

-- name: send_paced
-- A line that sent all that its network takes for now.
INSERT INTO channel_health (channel_id, paced_until) VALUES ($1::bigint, $2::timestamptz)
ON CONFLICT (channel_id) DO UPDATE SET paced_until = excluded.paced_until

-- name: send_progress
-- The call of each that comes next, before it begins.
UPDATE outbox_queue q SET progress = v.progress, quiet = v.quiet > 0
FROM unnest($2::bigint[], $3::text[], $4::bigint[]) v (outbox_id, progress, quiet)
WHERE q.lane = $1 AND q.outbox_id = v.outbox_id

-- name: send_part
-- A message that goes as several: one more is out ($2: which), by what the network will name it (NULL: it names none).
WITH k AS (
	INSERT INTO provider_message (channel_id, provider_id, conversation_id, seq, part)
	SELECT $4, $3::text, $5, $6, true WHERE $3 IS NOT NULL AND $5::bigint > 0 AND $6::integer > 0 ON CONFLICT DO NOTHING
)
INSERT INTO message_part (outbox_id, part, channel_id, state) VALUES ($1::bigint, $2::text, $4::bigint, 2) ON CONFLICT DO NOTHING

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
-- What the test of a line said, and of the line itself ($4, as the network tells). One that works goes on.
WITH was AS (
	SELECT told FROM channel_health WHERE channel_id = $1::bigint AND told
), h AS (
	INSERT INTO channel_health (channel_id, checked_at, check_ok, check_text, quality, number)
	VALUES ($1, now(), $2::boolean, $3::text, $4::jsonb->>'quality_rating',
		nullif(regexp_replace($4::jsonb->>'display_phone_number', '[^0-9]', '', 'g'), ''))
	ON CONFLICT (channel_id) DO UPDATE SET checked_at = now(), check_ok = excluded.check_ok,
		quality = coalesce(excluded.quality, channel_health.quality), number = coalesce(excluded.number, channel_health.number),
		check_text = excluded.check_text, told = channel_health.told AND NOT excluded.check_ok,
		paused_until = CASE WHEN excluded.check_ok THEN NULL ELSE channel_health.paused_until END
)
SELECT notice_line($1, 'line_works', NULL) FROM was WHERE $2


-- name: send_exchanges
INSERT INTO exchange (at, channel_id, outbox_id, status, ms, outcome, error_code, kind, method, path, error, sent, said)
SELECT * FROM unnest($1::timestamptz[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[],
	$8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[])
