-- Channels (canales: the concrete lines and accounts) as the administrator arranges them.

-- name: channel_snapshot
-- With its settings as they are called in the network's table of fields; of its secrets only that they changed.
SELECT h.revision, h.settings || coalesce((SELECT jsonb_object_agg(s.name, '•••• ' || s.revision)
	FROM (SELECT name, revision FROM channel_verify_secret WHERE channel_id = h.channel_id
		UNION SELECT name, revision FROM channel_send_secret WHERE channel_id = h.channel_id) s), '{}')
	|| jsonb_build_object('name', h.name,
	'messenger', (SELECT name FROM code WHERE list = 'messenger' AND value = h.messenger),
	'enabled', h.enabled, 'bot', (SELECT b.name FROM bot b WHERE b.bot_id = h.bot_id),
	'queue', (SELECT q.name FROM queue q WHERE q.queue_id = h.default_queue_id),
	'idle_close_s', h.idle_close_s, 'heartbeat_lost_s', h.heartbeat_lost_s) AS snapshot
FROM channel h WHERE h.channel_id = $1::bigint AND h.deleted_at IS NULL

-- name: channel_list
-- With who attends it, what is open in it now, and how it does.
SELECT h.channel_id, h.messenger, h.name, h.enabled, b.name AS bot_name, q.name AS queue_name,
	(SELECT count(*) FROM user_channel uc JOIN app_user u ON u.user_id = uc.user_id AND u.attends AND u.enabled
		AND u.deleted_at IS NULL WHERE uc.channel_id = h.channel_id) AS operator_count,
	(SELECT count(*) FROM conversation c WHERE c.state <> 4 AND c.channel_id = h.channel_id) AS open_count,
	(SELECT count(*) FROM hours_span s WHERE s.channel_id = h.channel_id) > 0 AS has_hours
FROM channel h LEFT JOIN bot b ON b.bot_id = h.bot_id JOIN queue q ON q.queue_id = h.default_queue_id
WHERE h.deleted_at IS NULL ORDER BY h.messenger, lower(h.name)

-- name: channel_pulse
-- How the lines do, or one of them ($1; 0: all): what came and went last, what failed in the last hour of what was tried,
-- whether it rests, what waits.
SELECT h.channel_id, h.messenger, h.enabled, l.last_in_at, l.last_out_at, coalesce(l.paused_until > now(), false) AS rests, l.fault,
	l.in_fault, coalesce(w.waiting, 0) AS waiting, coalesce(c.tried, 0) AS tried, coalesce(c.failed, 0) AS failed,
	coalesce(l.errors_told, false) AS errors, coalesce(l.silence_told, false) AS silent,
	l.quality, l.message_limit, coalesce(l.token_state, 0) AS token_state, l.token_expires_at,
	coalesce(l.token_expires_at = 'infinity', false) AS token_stays,
	coalesce(l.token_expires_at < now() + interval '7 days' AND NOT EXISTS (SELECT 1 FROM channel_send_secret s
		WHERE s.channel_id = h.channel_id AND s.name = 'refresh_token'), false) AS token_ends
FROM channel h LEFT JOIN channel_health l ON l.channel_id = h.channel_id
	LEFT JOIN (SELECT channel_id, count(*) AS waiting FROM outbox_queue GROUP BY channel_id) w ON w.channel_id = h.channel_id
	LEFT JOIN LATERAL (SELECT sum(k.tried) AS tried, sum(k.failed) AS failed FROM line_count k
		WHERE k.channel_id = h.channel_id AND k.slot > now() - interval '1 hour') c ON true
WHERE h.deleted_at IS NULL AND ($1::bigint = 0 OR h.channel_id = $1) ORDER BY h.channel_id

-- name: channel_get
SELECT h.channel_id, h.messenger, h.key, h.name, h.enabled, coalesce(h.bot_id, 0) AS bot_id, h.default_queue_id,
	h.settings::text AS settings, h.idle_close_s, h.heartbeat_lost_s, h.revision
FROM channel h WHERE h.channel_id = $1::bigint AND h.deleted_at IS NULL

-- name: channel_secrets
-- Those that are written, by name.
SELECT name FROM channel_verify_secret WHERE channel_id = $1::bigint
UNION SELECT name FROM channel_send_secret WHERE channel_id = $1

-- name: channel_verify_secret_put
INSERT INTO channel_verify_secret (channel_id, name, value) VALUES ($1, $2, $3)
ON CONFLICT (channel_id, name) DO UPDATE SET value = $3, revision = channel_verify_secret.revision + 1

-- name: channel_send_secret_put
INSERT INTO channel_send_secret (channel_id, name, value) VALUES ($1, $2, $3)
ON CONFLICT (channel_id, name) DO UPDATE SET value = $3, revision = channel_send_secret.revision + 1

-- name: channel_bots
SELECT bot_id, name FROM bot WHERE deleted_at IS NULL ORDER BY lower(name)

-- name: channel_queues
-- The queues that attend it.
SELECT queue_id, name FROM queue WHERE deleted_at IS NULL
	AND ($1::bigint = 0 OR channel_ids = '{}' OR $1 = ANY (channel_ids)) ORDER BY lower(name)

-- name: channel_check
-- What does not fit: '' nothing, 'bot' or 'queue' not there (a queue that does not attend it is not, for it).
SELECT CASE
	WHEN $2::bigint <> 0 AND NOT EXISTS (SELECT 1 FROM bot b WHERE b.bot_id = $2 AND b.deleted_at IS NULL) THEN 'bot'
	WHEN NOT EXISTS (SELECT 1 FROM queue q WHERE q.queue_id = $3::bigint AND q.deleted_at IS NULL
		AND (q.channel_ids = '{}' OR $1::bigint = ANY (q.channel_ids))) THEN 'queue'
	ELSE '' END AS why

-- name: channel_insert
-- Its public key is made of its name and six digits at random: it is no secret, and not to be guessed from others.
-- $10 with it is where its network calls, as the network is told when nothing else was written; '': it is not.
WITH slug AS (
	SELECT coalesce(nullif(trim(BOTH '-' FROM left(regexp_replace(translate(lower($3), 'áéíóúüñ', 'aeiouun'),
		'[^a-z0-9]+', '-', 'g'), 40)), ''), 'canal') || '-' || lpad((random() * 999999)::integer::text, 6, '0') AS key
)
INSERT INTO channel (messenger, key, name, enabled, bot_id, default_queue_id, idle_close_s, heartbeat_lost_s, settings)
SELECT $2, slug.key, $3, $4, nullif($5::bigint, 0), $6, $7, $8,
	$9::jsonb || CASE WHEN $10::text <> '' THEN jsonb_build_object('hook', $10 || slug.key) ELSE '{}' END
FROM slug WHERE $1::bigint = 0 RETURNING channel_id

-- name: channel_update
-- Only the settings that the form has change.
UPDATE channel SET name = $3, enabled = $4, bot_id = nullif($5::bigint, 0), default_queue_id = $6, idle_close_s = $7,
	heartbeat_lost_s = $8, settings = settings || $9::jsonb || CASE WHEN $10::text <> '' THEN jsonb_build_object('hook', $10 || key)
		ELSE '{}' END, revision = revision + 1
WHERE channel_id = $1::bigint AND messenger = $2 RETURNING channel_id

-- name: channel_design
UPDATE channel SET settings = settings || $2::jsonb, revision = revision + 1
WHERE channel_id = $1::bigint RETURNING channel_id

-- name: channel_use
-- Why it cannot go: conversations that are open in it, and queues that attend nothing else.
SELECT 'conversations' AS what, count(*)::text AS name FROM conversation c WHERE c.channel_id = $1::bigint AND c.state <> 4
	HAVING count(*) > 0
UNION ALL
SELECT 'queue', q.name FROM queue q WHERE q.channel_ids = ARRAY[$1::bigint] AND q.deleted_at IS NULL

-- name: channel_health
-- What more there is to know of one line. until NULL while it rests: until somebody mends it. A test that nobody answered in
-- a minute is over. lag50, lag95: in which class (line_lag_most) half, and 95 of 100, of what came in the last hour are.
WITH late AS (
	SELECT u.n, sum(u.count) AS count FROM line_count c, unnest(c.lags) WITH ORDINALITY u (count, n)
	WHERE c.channel_id = $1::bigint AND c.slot > now() - interval '1 hour' GROUP BY u.n
), upto AS (
	SELECT n - 1 AS class, sum(count) OVER (ORDER BY n) AS count, sum(count) OVER () AS total FROM late
), lag AS (
	SELECT min(class) FILTER (WHERE count * 2 >= total) AS lag50, min(class) FILTER (WHERE count * 20 >= total * 19) AS lag95
	FROM upto WHERE total > 0
), day AS (
	SELECT coalesce(sum(tried), 0) AS tried, coalesce(sum(failed), 0) AS failed, coalesce(sum(came), 0) AS came FROM line_count
	WHERE channel_id = $1 AND slot > now() - interval '1 day'
)
SELECT CASE WHEN l.paused_until < 'infinity' THEN l.paused_until END AS until, l.error, l.error_at,
	l.in_error, l.in_error_at,
	l.checked_at, l.check_ok, l.check_text,
	coalesce(l.check_asked_at > coalesce(l.checked_at, '-infinity'), false) AS asked,
	coalesce(l.check_asked_at > now() - interval '1 minute', false) AS lately,
	day.tried AS day_tried, day.failed AS day_failed, day.came AS day_came, lag.lag50, lag.lag95,
	l.token_at, l.token_error, EXISTS (SELECT 1 FROM channel_send_secret s WHERE s.channel_id = h.channel_id
		AND s.name = 'refresh_token') AS renews,
	EXISTS (SELECT 1 FROM channel_send_secret s WHERE s.channel_id = h.channel_id
		AND s.name IN ('token', 'refresh_token')) AS has_token
FROM channel h LEFT JOIN channel_health l ON l.channel_id = h.channel_id CROSS JOIN lag CROSS JOIN day
WHERE h.channel_id = $1

-- name: channel_news
-- What its network told of it, the last first.
SELECT line_news_id, at, word, tone, said FROM line_news WHERE channel_id = $1::bigint ORDER BY at DESC, line_news_id DESC LIMIT 20

-- name: channel_test
-- Asks its provider; not once more while that is under way. Its row waits for no line, so that one that rests is tested too.
WITH h AS (
	INSERT INTO channel_health (channel_id, check_asked_at)
	SELECT channel_id, now() FROM channel WHERE channel_id = $1::bigint AND deleted_at IS NULL
	ON CONFLICT (channel_id) DO UPDATE SET check_asked_at = now()
	WHERE coalesce(channel_health.check_asked_at <= channel_health.checked_at
		OR channel_health.check_asked_at < now() - interval '1 minute', channel_health.check_asked_at IS NULL)
	RETURNING channel_id
), o AS (
	INSERT INTO outbox (channel_id, kind, payload) SELECT channel_id, 'check', '{}' FROM h
	RETURNING outbox_id, created_at
)
INSERT INTO outbox_queue (lane, outbox_id, created_at) SELECT 0, outbox_id, created_at FROM o RETURNING outbox_id

-- name: channel_token_ask
-- Another token, where it can be renewed; not once more while that is under way.
WITH h AS (
	INSERT INTO channel_health (channel_id, token_state, token_at)
	SELECT c.channel_id, 1, now() FROM channel c JOIN channel_send_secret s ON s.channel_id = c.channel_id AND s.name = 'refresh_token'
	WHERE c.channel_id = $1::bigint AND c.deleted_at IS NULL
	ON CONFLICT (channel_id) DO UPDATE SET token_state = 1, token_at = now() WHERE channel_health.token_state <> 1
	RETURNING channel_id
), o AS (
	INSERT INTO outbox (channel_id, kind, payload) SELECT channel_id, 'token', '{}' FROM h
	RETURNING outbox_id, created_at
)
INSERT INTO outbox_queue (lane, outbox_id, created_at) SELECT 0, outbox_id, created_at FROM o RETURNING outbox_id

-- name: channel_resume
UPDATE channel_health SET paused_until = NULL WHERE channel_id = $1::bigint AND paused_until IS NOT NULL RETURNING channel_id

-- name: channel_token_new
-- Secrets of it were written: what is known of its token is of the one before.
UPDATE channel_health SET token_expires_at = NULL, token_at = NULL, token_state = 0, token_error = NULL, token_told = 0
WHERE channel_id = $1::bigint

-- name: channel_remove
UPDATE channel SET deleted_at = now(), enabled = false, revision = revision + 1 WHERE channel_id = $1::bigint
