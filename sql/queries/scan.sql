-- The worker that has files looked at by the antivirus.

-- name: scan_world
-- Where the antivirus is ("": none), how it did, whether a test waits, and whether what is said of it has grown old ($1 seconds).
SELECT coalesce((SELECT value #>> '{}' FROM setting WHERE key = 'antivirus.address'), '') AS address,
	down_since IS NOT NULL AS down, NOT told AND down_since < now() - make_interval(secs => $1) AS to_tell,
	asked_at IS NOT NULL AND (answered_at IS NULL OR answered_at < asked_at) AS asked
FROM scan_health

-- name: scan_due
-- What waits longest first, without those under way ($2).
SELECT file_id, sha256, size_bytes, scan_attempts FROM file
WHERE scan_state = 1 AND scan_due_at <= now() AND file_id <> ALL ($2::bigint[]) ORDER BY scan_due_at LIMIT $1::bigint

-- name: scan_lock
-- Nobody makes it a message's file until its verdict is known to all.
SELECT file_id FROM file WHERE file_id = $1::bigint AND scan_state IN (1, 4) FOR UPDATE

-- name: scan_verdict
-- With the conversations whose pages show it, and their visitors.
WITH f AS (
	UPDATE file SET scan_state = $2::smallint, scanned_at = now(), virus = $3, scan_due_at = NULL WHERE file_id = $1::bigint
), a AS (
	SELECT DISTINCT conversation_id, seq FROM (SELECT conversation_id, seq FROM attachment WHERE file_id = $1
		ORDER BY attachment_id DESC LIMIT 1000) x
), t AS (
	INSERT INTO message_touch (conversation_id, seq) SELECT conversation_id, seq FROM a ORDER BY conversation_id, seq
	ON CONFLICT (conversation_id, seq) DO UPDATE SET xid = pg_current_xact_id()
)
SELECT DISTINCT a.conversation_id, c.visitor_id FROM a JOIN conversation c ON c.conversation_id = a.conversation_id

-- name: scan_later
-- It was not brought to an end: again in $2 seconds.
UPDATE file SET scan_attempts = least(scan_attempts + 1, 1000), scan_due_at = now() + make_interval(secs => $2)
WHERE file_id = $1::bigint AND scan_state = 1

-- name: scan_free
-- Nobody looks at files any more: what waited is like what came before there was an antivirus.
SELECT file_id FROM file WHERE scan_state IN (1, 4) LIMIT 20

-- name: scan_down
UPDATE scan_health SET down_since = coalesce(down_since, now()), reason = left($1, 200)

-- name: scan_tell_down
WITH h AS (UPDATE scan_health SET told = true WHERE down_since IS NOT NULL AND NOT told RETURNING reason)
SELECT notice_scan('scan', 'scan_down', reason, NULL) FROM h

-- name: scan_up
-- It answers again ($1; or there is none any more): what waited for nothing else has its turn, and whoever was told is told.
WITH b AS (SELECT told FROM scan_health), h AS (
	UPDATE scan_health SET down_since = NULL, reason = NULL, told = false
), f AS (
	UPDATE file SET scan_due_at = now() WHERE scan_state = 1 AND scan_attempts <= 5
)
SELECT notice_scan('scan', 'scan_works', NULL, NULL) FROM b WHERE told AND $1::boolean

-- name: scan_answer
UPDATE scan_health SET answered_at = now(), answer = left($1, 200)

-- name: scan_untold
-- Files with something in them that nobody was told of: by which message they came; none within a minute, and somebody of
-- ours wanted to send it.
SELECT f.file_id, f.virus, encode(f.sha256, 'hex') AS sha256, a.conversation_id, a.name
FROM file f LEFT JOIN LATERAL (SELECT conversation_id, name FROM attachment WHERE file_id = f.file_id
	ORDER BY attachment_id DESC LIMIT 1) a ON true
WHERE f.scan_state = 3 AND f.virus_told_at IS NULL
	AND (a.conversation_id IS NOT NULL OR f.scanned_at < now() - make_interval(secs => $1)) LIMIT 20

-- name: scan_told
WITH f AS (UPDATE file SET virus_told_at = now() WHERE file_id = $1::bigint)
SELECT notice_scan('virus:' || $1, $2, $3, nullif($4::bigint, 0))
