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
	i.opted_out_at IS NOT NULL AS opted_out, i.blocked_at IS NOT NULL AS shut,
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

-- name: intake_letter
-- What a mail says beside its words.
INSERT INTO message_mail (conversation_id, seq, message_id, subject, in_reply_to, thread, address, quoted, html, files,
	refused)
SELECT $1, $2, $3, coalesce(d->>'subject', ''), d->>'in_reply_to', d->>'references', d->>'address', d->>'quoted',
	d->>'html', d->'files', d->'refused' FROM (SELECT $4::jsonb AS d) told

-- name: intake_answered
-- Did machines of ours answer this contact often enough lately?
SELECT count(*) >= $4::bigint AS enough FROM (SELECT 1 FROM conversation c JOIN message m
		ON m.conversation_id = c.conversation_id AND m.author = 2 AND m.created_at > $3::timestamptz
	WHERE c.contact_id = $1::bigint AND c.channel_id = $2::bigint AND (c.closed_at IS NULL OR c.closed_at > $3) LIMIT $4) said

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
	coalesce(b.published_version_id, 0) AS bot_version_id,
	c.settings->>'stop_words' AS stop_words, c.settings->>'start_words' AS start_words,
	c.settings->>'stop_answer' AS stop_answer, c.settings->>'start_answer' AS start_answer
FROM channel c LEFT JOIN bot b ON b.bot_id = c.bot_id AND b.deleted_at IS NULL

-- name: intake_queues
SELECT queue_id, key, channel_ids FROM queue WHERE deleted_at IS NULL

-- name: intake_flow
SELECT flow FROM bot_version WHERE bot_version_id = $1

-- name: intake_flow_file
SELECT file_id, media_type, size_bytes,
	nextval(pg_get_serial_sequence('attachment', 'attachment_id')) AS attachment_id
FROM file WHERE sha256 = decode($1, 'hex')

-- name: intake_heard
-- By which ids of their network messages are known.
INSERT INTO provider_message (channel_id, provider_id, conversation_id, seq)
SELECT * FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::bigint[]) ON CONFLICT DO NOTHING

-- name: intake_quoted
-- What a message answers, as it is shown beside it (message_quoted, of the network's id).
SELECT jsonb_build_object('seq', m.seq, 'author', a.name, 'text', left(coalesce(
	nullif(CASE WHEN r.revision IS NULL THEN m.body ELSE r.body END, ''), m.data->'file'->>'name', ''), 200)) AS quote
FROM provider_message p JOIN conversation c ON c.conversation_id = p.conversation_id
	JOIN message m ON m.conversation_id = p.conversation_id AND m.seq = p.seq
		AND m.created_at >= c.opened_at - interval '1 hour'
	JOIN code a ON a.list = 'author' AND a.value = m.author
	LEFT JOIN LATERAL (SELECT v.revision, v.body FROM message_revision v
		WHERE v.conversation_id = m.conversation_id AND v.seq = m.seq ORDER BY v.revision DESC LIMIT 1) r ON true
WHERE p.channel_id = $1::bigint AND p.provider_id = $2::text AND p.conversation_id = $3::bigint
	AND (r.revision IS NULL OR r.body IS NOT NULL)

-- name: intake_seen
-- Signs to contacts about what they wrote ('read', or 'typing', which says both). They wait for nothing of their
-- conversations, and nothing for them.
WITH o AS (
	INSERT INTO outbox (channel_id, conversation_id, kind, payload)
	SELECT channel_id, conversation_id, sign, jsonb_build_object('to', jsonb_build_object('kind', kind, 'value', value), 'id', id)
	FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[])
		t (channel_id, conversation_id, kind, value, id, sign)
	RETURNING outbox_id, created_at, channel_id
)
INSERT INTO outbox_queue (lane, outbox_id, created_at, channel_id) SELECT 0, outbox_id, created_at, channel_id FROM o

-- name: intake_pressed
-- What stands on the button with the key $4: of our message $2, else of the last menu of the conversation that has it.
SELECT o.value->>'label' AS label
FROM (SELECT p.conversation_id, p.seq FROM provider_message p WHERE p.channel_id = $1::bigint AND p.provider_id = $2::text
	UNION ALL SELECT $3::bigint, NULL) w
	JOIN conversation c ON c.conversation_id = w.conversation_id
	JOIN message m ON m.conversation_id = w.conversation_id AND m.created_at >= c.opened_at - interval '1 hour'
		AND m.kind = 2 AND (w.seq IS NULL OR m.seq = w.seq)
	CROSS JOIN LATERAL jsonb_array_elements(m.data->'options') o
WHERE o.value->>'key' = $4::text AND o.value->>'label' <> ''
ORDER BY w.seq IS NULL, m.seq DESC LIMIT 1

-- name: intake_unread_told
-- Is the last that the bot said here that it cannot read something?
SELECT coalesce((SELECT m.data ? 'unread' FROM message m JOIN conversation c ON c.conversation_id = m.conversation_id
	WHERE m.conversation_id = $1::bigint AND m.created_at >= c.opened_at - interval '1 hour' AND m.author = 2 AND m.kind <> 4
	ORDER BY m.seq DESC LIMIT 1), false) AS told

-- name: intake_referral
-- What brought them here, for reports.
INSERT INTO conversation_referral (conversation_id, seq, kind, source, ref, title, url, at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)

-- name: intake_ours
-- Was this said by us? Known by its id, or it is on its way and says the same.
SELECT EXISTS (SELECT 1 FROM provider_message p WHERE p.channel_id = $1::bigint AND p.provider_id = $2::text)
	OR EXISTS (SELECT 1 FROM outbox o WHERE o.conversation_id = $3::bigint AND o.created_at > now() - interval '1 day'
		AND o.state IN (0, 1, 2, 6) AND o.seq IS NOT NULL AND o.sent_at IS NULL AND o.payload->>'text' = $4::text) AS ours

-- name: intake_fetch
-- A file of theirs that is to be brought here. It waits for nothing of its conversation.
WITH o AS (
	INSERT INTO outbox (channel_id, kind, payload)
	VALUES ($1::bigint, 'fetch', jsonb_build_object('conversation', $2::bigint, 'seq', $3::bigint, 'id', $4::text,
		'url', $5::text, 'kind', $6::text, 'name', $7::text, 'size', $8::bigint))
	RETURNING outbox_id, created_at, channel_id
)
INSERT INTO outbox_queue (lane, outbox_id, created_at, channel_id) SELECT 0, outbox_id, created_at, channel_id FROM o

-- name: intake_call
-- Something to ask or tell of somebody; $5: what it is about, or NULL. It waits for nothing of their conversation.
WITH o AS (
	INSERT INTO outbox (channel_id, kind, payload) VALUES ($1::bigint, $4::text, jsonb_strip_nulls(
		jsonb_build_object('to', jsonb_build_object('kind', $2::text, 'value', $3::text), 'id', $5::text)))
	RETURNING outbox_id, created_at, channel_id
)
INSERT INTO outbox_queue (lane, outbox_id, created_at, channel_id) SELECT 0, outbox_id, created_at, channel_id FROM o

-- name: intake_revise
-- The contact changed their own message, or took it back. Gives where, when it is known.
WITH p AS (
	SELECT m.conversation_id, m.seq, c.user_id, m.created_at >= c.last_message_at AS last
	FROM provider_message p JOIN conversation c ON c.conversation_id = p.conversation_id
		JOIN message m ON m.conversation_id = p.conversation_id AND m.seq = p.seq AND m.author = 1
			AND m.created_at >= c.opened_at - interval '1 hour'
	WHERE p.channel_id = $1::bigint AND p.provider_id = $2::text
), i AS (
	INSERT INTO message_revision (conversation_id, seq, revision, at, body)
	SELECT p.conversation_id, p.seq, coalesce((SELECT max(r.revision) FROM message_revision r
		WHERE r.conversation_id = p.conversation_id AND r.seq = p.seq), 0) + 1, $4::timestamptz, $3::text FROM p
)
SELECT conversation_id, user_id, last FROM p

-- name: intake_react
-- One emoji is short, whatever a network says it is: the longest have ten code points.
WITH p AS (
	SELECT p.conversation_id, p.seq, c.user_id FROM provider_message p
		JOIN conversation c ON c.conversation_id = p.conversation_id
	WHERE p.channel_id = $1::bigint AND p.provider_id = $2::text
), i AS (
	INSERT INTO message_reaction (conversation_id, seq, author, emoji, at)
	SELECT conversation_id, seq, 1, left($3::text, 20), $4::timestamptz FROM p
	ON CONFLICT (conversation_id, seq, author) DO UPDATE SET emoji = excluded.emoji, at = excluded.at
), t AS (
	INSERT INTO message_touch (conversation_id, seq) SELECT conversation_id, seq FROM p
	ON CONFLICT (conversation_id, seq) DO UPDATE SET xid = pg_current_xact_id()
)
SELECT conversation_id, user_id FROM p

-- name: intake_moved
-- Another number, the same person.
INSERT INTO identity (contact_id, channel_id, kind, value)
SELECT contact_id, channel_id, kind, $4::text FROM identity
WHERE channel_id = $1::bigint AND kind = $2::text AND value = $3::text ON CONFLICT DO NOTHING

-- name: intake_other_identity
-- A second name of the same person on the line.
INSERT INTO identity (contact_id, channel_id, kind, value) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING

-- name: intake_by_other
SELECT coalesce(k.merged_into, k.contact_id) AS contact_id FROM identity i
	JOIN contact k ON k.contact_id = i.contact_id
WHERE i.channel_id = $1::bigint AND i.kind = $2::text AND i.value = $3::text

-- name: intake_reports
-- What networks say of what we sent. A report names our row itself ($2, $3; of its own line: another's says nothing of it),
-- or the network's id ($8), or all that
-- was sent to somebody up to a time ($11, $12, $5). States only rise; a failure only ends what was not delivered.
-- Rows are locked in the order of their ids, as send does. Gives the conversations that look otherwise now: of three
-- reports about a message that is read, one or two change what a page shows. Of a message that went as several ($14: which of
-- them, "" for the last or only one; NULL: not told) all arrived when the least of them did; one that failed fails it.
WITH told AS (
	SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[],
		$8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::bigint[], $14::text[])
		t (channel_id, outbox_id, created, state, at, code, billable, key, error, category, kind, value, fault, part)
), stood AS MATERIALIZED (
	SELECT p.outbox_id, p.part, p.channel_id, p.state FROM message_part p
	WHERE p.outbox_id IN (SELECT outbox_id FROM told WHERE outbox_id > 0)
), came AS MATERIALIZED (
	-- Of those that went as several, how far each part is.
	SELECT t.outbox_id, t.part, t.channel_id, max(t.state) AS state FROM told t WHERE t.outbox_id > 0 AND t.state <> 5
		AND (t.part <> '' OR EXISTS (SELECT 1 FROM stood s WHERE s.outbox_id = t.outbox_id AND s.channel_id = t.channel_id)
			OR EXISTS (SELECT 1 FROM told o WHERE o.outbox_id = t.outbox_id AND o.channel_id = t.channel_id AND o.part <> ''))
	GROUP BY t.outbox_id, t.part, t.channel_id
), kept AS (
	INSERT INTO message_part AS p (outbox_id, part, channel_id, state) SELECT outbox_id, part, channel_id, state FROM came
	ON CONFLICT (outbox_id, part, channel_id) DO UPDATE SET state = greatest(p.state, excluded.state)
), several AS (
	SELECT outbox_id, channel_id, bool_or(part = '') AS whole, min(state) AS state FROM (
		SELECT outbox_id, part, channel_id, max(state) AS state
		FROM (SELECT * FROM stood UNION ALL SELECT * FROM came) e GROUP BY outbox_id, part, channel_id) e
	GROUP BY outbox_id, channel_id
), found AS MATERIALIZED (
	SELECT t.channel_id, t.outbox_id, to_timestamp(0) + t.created * interval '1 microsecond' AS created_at,
		CASE WHEN t.state <> 5 THEN coalesce(s.state, t.state) ELSE 5 END AS state,
		to_timestamp(0) + t.at * interval '1 microsecond' AS at, t.code, t.billable, t.error, t.category, t.fault
	FROM told t LEFT JOIN several s ON s.outbox_id = t.outbox_id AND s.channel_id = t.channel_id
	WHERE t.outbox_id > 0 AND (t.state = 5 OR s.whole IS NOT false)
	UNION ALL
	SELECT o.channel_id, o.outbox_id, o.created_at, t.state, to_timestamp(0) + t.at * interval '1 microsecond', t.code, t.billable,
		t.error, t.category, t.fault
	FROM told t JOIN provider_message p ON p.channel_id = t.channel_id AND p.provider_id = t.key
			AND (t.state = 5 OR NOT p.part)
		JOIN outbox o ON o.conversation_id = p.conversation_id AND o.seq = p.seq
			AND o.created_at > p.at - interval '8 days' AND o.created_at <= p.at + interval '1 hour'
	WHERE t.outbox_id = 0 AND t.key IS NOT NULL
	UNION ALL
	SELECT o.channel_id, o.outbox_id, o.created_at, t.state, to_timestamp(0) + t.at * interval '1 microsecond', 0, -1, NULL, NULL, -1
	FROM told t JOIN identity i ON i.channel_id = t.channel_id AND i.kind = t.kind AND i.value = t.value
		JOIN LATERAL (SELECT c.conversation_id FROM conversation c WHERE c.contact_id = i.contact_id
			AND c.identity_id = i.identity_id ORDER BY c.opened_at DESC LIMIT 2) c ON true
		JOIN outbox o ON o.conversation_id = c.conversation_id AND o.seq IS NOT NULL AND o.state IN (2, 3)
			AND o.state < t.state AND o.sent_at <= to_timestamp(0) + (t.at + 999999) * interval '1 microsecond'
			AND o.created_at > to_timestamp(0) + t.at * interval '1 microsecond' - interval '8 days'
			AND o.created_at <= to_timestamp(0) + (t.at + 999999) * interval '1 microsecond'
	WHERE t.kind IS NOT NULL
), summed AS MATERIALIZED (
	SELECT channel_id, outbox_id, created_at, max(state) FILTER (WHERE state <> 5) AS top, bool_or(state = 5) AS failed,
		min(at) FILTER (WHERE state = 2) AS sent_at, min(at) FILTER (WHERE state = 3) AS delivered_at,
		min(at) FILTER (WHERE state = 4) AS read_at, max(code) AS code, max(error) AS error, max(category) AS category,
		max(billable) AS billable, max(fault) AS fault
	FROM found GROUP BY channel_id, outbox_id, created_at
), locked AS MATERIALIZED (
	SELECT s.*, o.state AS before FROM summed s JOIN outbox o ON o.outbox_id = s.outbox_id
		AND o.created_at = s.created_at AND o.channel_id = s.channel_id
	ORDER BY o.outbox_id FOR UPDATE OF o
), unqueued AS (
	-- It is out, or never will be, whatever we thought of it.
	DELETE FROM outbox_queue q USING locked s WHERE q.outbox_id = s.outbox_id
		AND q.lane = 0 AND q.claimed_at IS NULL AND (coalesce(s.top, 0) >= 2 OR s.failed)
), counted AS (
	-- In a row of this process's own, so that none waits for another.
	INSERT INTO line_count AS c (channel_id, slot, writer, failed)
	SELECT channel_id, date_bin('5 minutes', now(), '2000-01-01'), 20 + pg_backend_pid() % 50, count(*)
	FROM locked WHERE failed AND coalesce(top, 0) < 3 AND before NOT IN (3, 4, 5) GROUP BY channel_id ORDER BY channel_id
	ON CONFLICT (channel_id, slot, writer) DO UPDATE SET failed = c.failed + excluded.failed
), risen AS (
	UPDATE outbox o SET state = CASE
			WHEN s.top >= 3 THEN greatest(CASE WHEN o.state IN (5, 6) THEN 0 ELSE o.state END, s.top)
			WHEN s.failed AND o.state NOT IN (3, 4) THEN 5
			WHEN s.top = 2 AND o.state IN (0, 1, 6) THEN 2
			ELSE o.state END,
		sent_at = coalesce(o.sent_at, s.sent_at), delivered_at = coalesce(o.delivered_at, s.delivered_at),
		read_at = coalesce(o.read_at, s.read_at), error_code = coalesce(nullif(s.code, 0), o.error_code),
		fault = CASE WHEN s.fault >= 0 AND s.failed AND o.state NOT IN (3, 4) THEN s.fault ELSE o.fault END,
		error = coalesce(s.error, o.error), price_category = coalesce(o.price_category, s.category),
		billable = coalesce(o.billable, CASE WHEN s.billable >= 0 THEN s.billable > 0 END), state_at = now()
	FROM locked s WHERE o.outbox_id = s.outbox_id AND o.created_at = s.created_at
	RETURNING o.conversation_id, o.seq, o.state, s.before, o.outbox_id, o.fault,
		CASE WHEN o.kind = 'reaction' THEN o.payload END AS reaction
), touched AS (
	INSERT INTO message_touch (conversation_id, seq)
	SELECT DISTINCT conversation_id, seq FROM risen WHERE (state = 5 OR before IN (5, 6)) AND seq IS NOT NULL ORDER BY 1, 2
	ON CONFLICT (conversation_id, seq) DO UPDATE SET xid = pg_current_xact_id()
), marks AS MATERIALIZED (
	SELECT conversation_id, max(seq) FILTER (WHERE state IN (3, 4)) AS delivered, max(seq) FILTER (WHERE state = 4) AS seen
	FROM risen WHERE conversation_id IS NOT NULL AND seq IS NOT NULL AND state <> before GROUP BY conversation_id
), held AS MATERIALIZED (
	SELECT c.conversation_id, c.user_id, m.delivered, m.seen FROM marks m
		JOIN conversation c ON c.conversation_id = m.conversation_id
	ORDER BY c.conversation_id FOR UPDATE OF c
), moved AS (
	UPDATE conversation c SET contact_delivered_seq = greatest(c.contact_delivered_seq, h.delivered),
		contact_read_seq = greatest(c.contact_read_seq, h.seen)
	FROM held h WHERE c.conversation_id = h.conversation_id
		AND (h.delivered > c.contact_delivered_seq OR h.seen > c.contact_read_seq)
), reacted AS (
	-- A reaction of ours that did not get there after all; after the conversations were locked, as a person does.
	SELECT r.conversation_id, (r.reaction->>'seq')::integer AS seq, c.user_id FROM risen r
		JOIN conversation c ON c.conversation_id = r.conversation_id
	WHERE r.reaction IS NOT NULL AND r.state = 5 AND r.before <> 5 AND (SELECT count(*) FROM held) >= 0
		AND reaction_settle(r.conversation_id, (r.reaction->>'seq')::integer, r.outbox_id, r.reaction->>'emoji', 5::smallint,
			r.fault, r.before IN (0, 1))
), retouched AS (
	INSERT INTO message_touch (conversation_id, seq) SELECT DISTINCT conversation_id, seq FROM reacted ORDER BY 1, 2
	ON CONFLICT (conversation_id, seq) DO UPDATE SET xid = pg_current_xact_id()
)
SELECT conversation_id, user_id FROM held UNION SELECT conversation_id, user_id FROM reacted

-- name: intake_health
-- Something came in for these lines. Whoever holds a line's row meanwhile is not waited for.
WITH made AS (
	INSERT INTO channel_health (channel_id, last_in_at) SELECT channel_id, now() FROM unnest($1::bigint[]) e (channel_id)
	WHERE NOT EXISTS (SELECT 1 FROM channel_health h WHERE h.channel_id = e.channel_id)
	ON CONFLICT DO NOTHING
)
UPDATE channel_health SET last_in_at = now() WHERE channel_id IN (SELECT channel_id FROM channel_health
	WHERE channel_id = ANY ($1) FOR UPDATE SKIP LOCKED)

-- name: intake_counts
-- What came in for these lines since it was last said, and how late it was, by class: in the row of this lane ($1).
INSERT INTO line_count AS c (channel_id, slot, writer, came, lags)
SELECT channel_id, date_bin('5 minutes', now(), '2000-01-01'), $1::smallint, came, lags::integer[]
FROM unnest($2::bigint[], $3::bigint[], $4::text[]) e (channel_id, came, lags) ORDER BY channel_id
ON CONFLICT (channel_id, slot, writer) DO UPDATE SET came = c.came + excluded.came,
	lags = ARRAY(SELECT coalesce(u.a, 0) + coalesce(u.b, 0)
		FROM unnest(c.lags, excluded.lags) WITH ORDINALITY u (a, b, n) ORDER BY u.n)

-- name: intake_news
-- What the network tells of a line, kept for it; of an account for all lines of it, or, where it names one by its number,
-- for that one. quality ($6) and limit ($7) hold from now on: NULL leaves what is known, '' forgets it.
WITH one AS (
	SELECT messenger, business FROM channel WHERE channel_id = $1::bigint
), line AS (
	SELECT h.channel_id, l.number FROM one JOIN channel h ON h.messenger = one.messenger AND h.deleted_at IS NULL
		AND (h.channel_id = $1 OR (one.business <> '' AND h.business = one.business))
		LEFT JOIN channel_health l ON l.channel_id = h.channel_id
), meant AS (
	SELECT channel_id FROM line WHERE $8::text IS NULL OR number = $8
	UNION
	SELECT channel_id FROM line WHERE number IS NULL AND NOT EXISTS (SELECT 1 FROM line k WHERE k.number = $8)
), kept AS (
	INSERT INTO line_news (channel_id, at, word, tone, said, detail)
	SELECT channel_id, $2::timestamptz, $3::text, $4::smallint, $5::text, $10::jsonb || jsonb_build_object('kind', $9::text)
	FROM meant ORDER BY channel_id
), health AS (
	INSERT INTO channel_health AS h (channel_id, quality, message_limit)
	SELECT channel_id, nullif($6::text, ''), nullif($7::text, '') FROM meant ORDER BY channel_id
	ON CONFLICT (channel_id) DO UPDATE SET
		quality = CASE WHEN $6 IS NULL THEN h.quality ELSE excluded.quality END,
		message_limit = CASE WHEN $7 IS NULL THEN h.message_limit ELSE excluded.message_limit END
)
SELECT notice_line(channel_id, 'line_news_' || $3, $5, 'news') FROM meant WHERE $4 > 0
