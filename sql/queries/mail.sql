-- Mailboxes that are read (cron/mail.c).

-- name: mail_boxes
-- The lines with a mailbox, and how far each was read.
SELECT h.channel_id, h.revision, h.settings::text AS settings, m.place, m.uid_validity, m.last_uid, m.since,
	coalesce(x.secrets, '{}')::text AS secrets, coalesce(x.revision, 0) AS secrets_revision
FROM channel h LEFT JOIN mailbox m ON m.channel_id = h.channel_id
	LEFT JOIN LATERAL (SELECT jsonb_object_agg(name, value) AS secrets, sum(revision) AS revision
		FROM channel_send_secret s WHERE s.channel_id = h.channel_id) x ON true
WHERE h.messenger = 8 AND h.enabled AND h.deleted_at IS NULL AND coalesce(h.settings->>'imap', '') <> ''
ORDER BY h.channel_id

-- name: mail_idle
-- A sign of life of whoever waits.
SELECT 1 AS one

-- name: mail_begin
-- A mailbox, or its numbering, that is not known. The first time what arrived in the last day is taken; later what
-- arrived since two days before it was last read: what was taken already is told by the memory of repeats.
INSERT INTO mailbox (channel_id, place, uid_validity, since) VALUES ($1, $2, $3, now() - interval '1 day')
ON CONFLICT (channel_id) DO UPDATE SET place = excluded.place, uid_validity = excluded.uid_validity, last_uid = 0,
	since = CASE WHEN mailbox.place = excluded.place
		THEN greatest(mailbox.since, least(mailbox.polled_at, now()) - interval '2 days') ELSE excluded.since END
RETURNING since

-- name: mail_store
-- A mail on record and in the queue, and that it was read: all or nothing. One that is known already is passed over
-- ($6: its Message-ID). Nothing when the mailbox is another one meanwhile.
WITH m AS (
	UPDATE mailbox SET last_uid = $3::bigint, polled_at = now()
	WHERE channel_id = $1::bigint AND uid_validity = $2::bigint AND last_uid < $3 RETURNING channel_id
), e AS (
	SELECT m.channel_id, nextval('inbound_inbound_id_seq') AS inbound_id, clock_timestamp() AS at FROM m
	WHERE NOT EXISTS (SELECT 1 FROM provider_message p WHERE p.channel_id = m.channel_id AND p.provider_id = $6::text)
), i AS (
	INSERT INTO inbound (inbound_id, received_at, channel_id, raw) OVERRIDING SYSTEM VALUE
	SELECT inbound_id, at, channel_id, $5::text FROM e
)
INSERT INTO inbound_queue (lane, inbound_id, received_at) SELECT $4::smallint, inbound_id, at FROM e
RETURNING inbound_id

-- name: mail_passed
-- Read up to here; what lay between was not to be taken.
UPDATE mailbox SET last_uid = greatest(last_uid, $3::bigint), polled_at = now()
WHERE channel_id = $1::bigint AND uid_validity = $2::bigint

-- name: mail_try
-- Committed before the mail is looked at, so that what kills the process is counted too.
UPDATE mailbox SET tries = CASE WHEN trying_uid = $2::bigint THEN tries + 1 ELSE 1 END, trying_uid = $2
WHERE channel_id = $1::bigint RETURNING tries

-- name: mail_works
-- Whoever was told that it cannot be read is told.
WITH was AS (
	SELECT in_told FROM channel_health WHERE channel_id = $1::bigint AND in_told
), h AS (
	UPDATE channel_health SET in_fault = NULL, in_error = NULL, in_told = false WHERE channel_id = $1
)
SELECT notice_line($1, 'line_reads', NULL) FROM was

-- name: mail_fails
-- $4: it is time to tell whoever may manage channels, once.
WITH was AS (
	SELECT in_told FROM channel_health WHERE channel_id = $1::bigint AND in_told
), h AS (
	INSERT INTO channel_health (channel_id, in_fault, in_error, in_error_at, in_told)
	VALUES ($1, $2::smallint, $3::text, now(), $4::boolean)
	ON CONFLICT (channel_id) DO UPDATE SET in_fault = excluded.in_fault, in_error = excluded.in_error,
		in_error_at = excluded.in_error_at, in_told = channel_health.in_told OR excluded.in_told
)
SELECT notice_line($1, 'line_deaf', $3) WHERE $4 AND NOT EXISTS (SELECT FROM was)
