-- How lines do: what whoever manages them is told (cron/line_watch.c).

-- name: line_watch_errors
-- Of the messages of the last hour more than line.error_percent in a hundred failed, of twenty at least: told once, and
-- when it is over.
WITH bound AS (
	SELECT coalesce((SELECT (value #>> '{}')::integer FROM setting WHERE key = 'line.error_percent'), 20) AS percent
), counted AS (
	SELECT channel_id, sum(tried) AS tried, sum(failed) AS failed FROM line_count WHERE slot > now() - interval '1 hour'
	GROUP BY channel_id
), seen AS (
	SELECT h.channel_id, coalesce(c.tried >= 20 AND c.failed * 100 > c.tried * b.percent, false) AS bad,
		c.failed || '/' || c.tried AS words
	FROM bound b, channel_health h LEFT JOIN counted c ON c.channel_id = h.channel_id
), told AS (
	UPDATE channel_health h SET errors_told = s.bad FROM seen s
	WHERE h.channel_id = s.channel_id AND h.errors_told <> s.bad RETURNING h.channel_id, s.bad, s.words
)
SELECT channel_id, notice_line(channel_id, CASE WHEN bad THEN 'line_errors' ELSE 'line_errors_over' END, words, 'errors')
FROM told

-- name: line_watch_silence
-- Nothing came in for line.silent_min minutes (0: nobody is told), by a line that had something in the same stretch of
-- at least two of the same days of the last four weeks.
WITH bound AS (
	SELECT make_interval(mins => (value #>> '{}')::integer) AS stretch FROM setting
	WHERE key = 'line.silent_min' AND (value #>> '{}')::integer > 0
), seen AS (
	SELECT h.channel_id, h.last_in_at, coalesce(c.enabled AND c.deleted_at IS NULL
		AND h.last_in_at < now() - b.stretch AND (h.silence_told OR (
			SELECT count(DISTINCT w.week) FROM generate_series(1, 4) w (week), line_count k
			WHERE k.channel_id = h.channel_id AND k.came > 0
				AND k.slot > now() - make_interval(weeks => w.week) - b.stretch
				AND k.slot <= now() - make_interval(weeks => w.week)) >= 2), false) AS silent
	FROM channel_health h JOIN channel c ON c.channel_id = h.channel_id LEFT JOIN bound b ON true
), told AS (
	UPDATE channel_health h SET silence_told = s.silent FROM seen s
	WHERE h.channel_id = s.channel_id AND h.silence_told <> s.silent RETURNING h.channel_id, s.silent, s.last_in_at
)
SELECT channel_id, notice_line(channel_id, CASE WHEN silent THEN 'line_silent' ELSE 'line_hears' END,
	to_char(last_in_at AT TIME ZONE 'America/Argentina/Buenos_Aires', 'DD/MM HH24:MI'), 'silence')
FROM told

-- name: line_watch_tokens
-- A token ends within seven days, or within one, and nobody renews it by itself: told once each. A new one makes it zero.
WITH told AS (
	UPDATE channel_health h SET token_told = CASE WHEN h.token_expires_at < now() + interval '1 day' THEN 1 ELSE 7 END
	FROM channel c WHERE c.channel_id = h.channel_id AND c.enabled AND c.deleted_at IS NULL
		AND h.token_expires_at < now() + interval '7 days'
		AND (h.token_told = 0 OR (h.token_told = 7 AND h.token_expires_at < now() + interval '1 day'))
		AND NOT EXISTS (SELECT 1 FROM channel_send_secret s WHERE s.channel_id = h.channel_id AND s.name = 'refresh_token')
	RETURNING h.channel_id, h.token_told, h.token_expires_at
)
SELECT channel_id, notice_line(channel_id, 'line_token_' || token_told,
	to_char(token_expires_at AT TIME ZONE 'America/Argentina/Buenos_Aires', 'DD/MM HH24:MI'), 'token')
FROM told

-- name: line_watch_ask
-- Asks for tokens: another one twenty minutes before its end (each 50 where nobody says when that is), where it can be
-- renewed, or when the line rests or cannot be read for it; until when it holds twice a day, of Meta's lines that did
-- something ever. Not while it was asked for and no answer came.
WITH due AS (
	SELECT c.channel_id FROM channel c LEFT JOIN channel_health h ON h.channel_id = c.channel_id
		LEFT JOIN channel_send_secret s ON s.channel_id = c.channel_id AND s.name = 'refresh_token'
	WHERE c.enabled AND c.deleted_at IS NULL AND CASE
		WHEN s.channel_id IS NULL THEN (h.token_at IS NULL OR h.token_at < now() - interval '12 hours')
			AND (h.last_in_at IS NOT NULL OR h.last_out_at IS NOT NULL OR h.check_ok)
			AND c.messenger IN (SELECT value FROM code WHERE list = 'messenger' AND name IN ('whatsapp', 'messenger', 'instagram'))
		WHEN coalesce(h.token_state, 0) = 0 THEN h.token_at IS NULL OR h.token_expires_at < now() + interval '20 minutes'
			OR (h.token_expires_at IS NULL AND h.token_at < now() - interval '50 minutes')
			OR (((h.paused_until = 'infinity' AND h.fault = 10) OR h.in_fault = 1) AND h.token_at < now() - interval '5 minutes')
		ELSE h.token_state = 4 AND h.token_at < now() - interval '10 minutes' END
), asked AS (
	INSERT INTO channel_health AS h (channel_id, token_state, token_at) SELECT channel_id, 1, now() FROM due ORDER BY channel_id
	ON CONFLICT (channel_id) DO UPDATE SET token_state = 1, token_at = now() WHERE h.token_state <> 1
	RETURNING channel_id
), o AS (
	INSERT INTO outbox (channel_id, kind, payload) SELECT channel_id, 'token', '{}' FROM asked RETURNING outbox_id, created_at
)
INSERT INTO outbox_queue (lane, outbox_id, created_at) SELECT 0, outbox_id, created_at FROM o RETURNING outbox_id
