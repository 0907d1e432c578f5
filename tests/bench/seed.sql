-- The history a working agency has: 200,000 closed conversations with 2,000,000 messages over 25
-- days, then what is open now: 170 operators, each with five cases of 50 messages, a bench bot that
-- answers for ever, and visitors. seed.mjs feeds the hashes of their tokens to the two \\copy.
\set ON_ERROR_STOP on
SET synchronous_commit = off;
SET work_mem = '256MB';
SET client_min_messages = warning;

SELECT partition_maintain(now() - interval '25 days');

-- Contacts, conversations, segments and messages of the past.
INSERT INTO contact (name, cuit, cuit_state, created_at)
SELECT 'Contribuyente ' || i, CASE WHEN i % 3 = 0 THEN (20000000000 + i)::text END,
	CASE WHEN i % 3 = 0 THEN 1 ELSE 0 END, now() - interval '25 days'
FROM generate_series(1, 60000) i;

CREATE TEMP TABLE past AS
SELECT i, conversation_id_next(opened_at) AS conversation_id, opened_at, contact_id, queue_id, user_id, bot_version_id
FROM (
	SELECT i, now() - interval '25 days' + i * interval '10.7 seconds' AS opened_at,
		(SELECT min(contact_id) FROM contact) + (i * 7919) % 60000 AS contact_id,
		1 + i % 4 AS queue_id, 1 + i % 3 AS user_id,
		(SELECT max(bot_version_id) FROM bot_version) AS bot_version_id
	FROM generate_series(1, 200000) i
) g;

INSERT INTO conversation (conversation_id, channel_id, channel_version_id, contact_id, state, queue_id, user_id,
	opened_at, requested_at, assigned_at, closed_at, closed_by, seq, segment_seq, bot_version_id, last_message_at,
	last_message_author, last_message_preview, last_contact_at, last_agent_at, contact_delivered_seq,
	contact_read_seq, agent_delivered_seq, agent_read_seq)
SELECT p.conversation_id, h.channel_id, h.version_id, p.contact_id, 4, p.queue_id, p.user_id, p.opened_at,
	p.opened_at + interval '1 minute', p.opened_at + interval '90 seconds', p.opened_at + interval '9 minutes', 3,
	10, 3, p.bot_version_id, p.opened_at + interval '9 minutes', 3, 'Gracias por comunicarte',
	p.opened_at + interval '8 minutes', p.opened_at + interval '9 minutes', 10, 10, 10, 10
FROM past p, channel h WHERE h.key = 'demo';

INSERT INTO segment (conversation_id, segment_seq, kind, started_at, ended_at, outcome, queue_id, queue_version_id,
	service_level_s, user_id, user_version_id, bot_version_id, first_message_at)
SELECT p.conversation_id, k, k, p.opened_at + (k - 1) * interval '1 minute',
	CASE k WHEN 3 THEN p.opened_at + interval '9 minutes' ELSE p.opened_at + k * interval '1 minute' END,
	CASE k WHEN 1 THEN 10 WHEN 2 THEN 1 ELSE 5 END,
	CASE WHEN k > 1 THEN q.queue_id END, CASE WHEN k > 1 THEN q.version_id END,
	CASE WHEN k > 1 THEN q.service_level_s END, CASE WHEN k = 3 THEN u.user_id END,
	CASE WHEN k = 3 THEN u.version_id END, CASE WHEN k = 1 THEN p.bot_version_id END,
	CASE WHEN k = 3 THEN p.opened_at + interval '150 seconds' END
FROM past p JOIN queue q ON q.queue_id = p.queue_id JOIN app_user u ON u.user_id = p.user_id,
	generate_series(1, 3) k;

INSERT INTO message (conversation_id, seq, created_at, author, kind, user_version_id, body)
SELECT p.conversation_id, s, p.opened_at + s * interval '50 seconds',
	CASE WHEN s <= 4 THEN 1 + s % 2 ELSE 1 + 2 * (s % 2) END, 1,
	CASE WHEN s > 4 AND s % 2 = 1 THEN p.user_id END,
	'Mensaje ' || s || ' de la consulta ' || p.i || ' sobre la cuota vencida del plan de pagos'
FROM past p, generate_series(1, 10) s;

-- Operators, all present, and their sessions.
INSERT INTO app_user (login, name, display_name, staff_number, attends, capacity)
SELECT 'banco' || i, 'Operador Banco ' || i, 'Operador ' || i, (50000 + i)::text, true, 50
FROM generate_series(1, 170) i;
CREATE TEMP TABLE operators AS SELECT user_id, version_id, row_number() OVER (ORDER BY user_id) AS n
	FROM app_user WHERE login LIKE 'banco%';
INSERT INTO user_role SELECT user_id, role_id FROM operators, role WHERE key = 'operador';
INSERT INTO user_queue SELECT user_id, queue_id FROM operators, queue;
INSERT INTO user_channel SELECT user_id, channel_id FROM operators, channel;
INSERT INTO agent_state (user_id, state, open_count, heartbeat_at)
	SELECT user_id, 1, 5, now() + interval '1 day' FROM operators;
INSERT INTO agent_state_log (user_id, user_version_id, state, started_at) SELECT user_id, version_id, 1, now()
	FROM operators;
-- All of them take part at once, and are there until the last figure: what is held open is no activity of theirs.
INSERT INTO setting (key, value) VALUES ('seat.count', '"100000"'), ('session.idle_min', '"720"');
CREATE TEMP TABLE staff_tokens (n bigint, token_hash text);
\copy staff_tokens FROM PSTDIN
INSERT INTO session (token_hash, user_id, expires_at, last_seen_at)
SELECT decode(t.token_hash, 'hex'), o.user_id, now() + interval '1 day', now() FROM staff_tokens t JOIN operators o USING (n);

-- A bot that answers for ever: the same menu again and again.
INSERT INTO bot (name) VALUES ('Bot de banco');
INSERT INTO bot_version (bot_id, number, flow) SELECT bot_id, 1, '{"start": "menu", "nodes": [
	{"id": "menu", "type": "menu", "x": 0, "y": 0, "config": {"text": "¿Sobre qué es tu consulta?", "retries": 2,
		"invalid": "No te entendí."}, "outputs": [{"key": "otra", "label": "Otra vez", "to": "menu"},
		{"key": "else", "label": "No eligió", "to": "menu"}]}]}' FROM bot WHERE name = 'Bot de banco';
UPDATE bot SET published_version_id = v.bot_version_id FROM bot_version v
	WHERE v.bot_id = bot.bot_id AND bot.name = 'Bot de banco';
INSERT INTO channel (messenger, key, name, bot_id, default_queue_id, settings, idle_close_s, heartbeat_lost_s)
SELECT 1, 'banco', 'Webchat de banco', b.bot_id, q.queue_id, '{"title": "Banco", "origins": ["http://localhost:*"]}',
	86400, 86400
FROM bot b, queue q WHERE b.name = 'Bot de banco' AND q.key = 'general';

-- Visitors: the first 850 are with an operator (five each, 50 messages), the next 2,000 with the bot,
-- the rest only look.
CREATE TEMP TABLE visitor_tokens (n bigint, token_hash text);
\copy visitor_tokens FROM PSTDIN
INSERT INTO contact (name, created_at) SELECT 'Visitante banco ' || n, now() FROM visitor_tokens;
CREATE TEMP TABLE visitors AS
	WITH k AS (SELECT contact_id, substr(name, 17)::bigint AS n FROM contact WHERE name LIKE 'Visitante banco %'),
	v AS (INSERT INTO visitor (channel_id, token_hash, contact_id, last_seen_at)
		SELECT h.channel_id, decode(t.token_hash, 'hex'), k.contact_id, now()
		FROM visitor_tokens t JOIN k USING (n), channel h WHERE h.key = 'banco'
		RETURNING visitor_id, contact_id, channel_id)
	SELECT v.*, k.n FROM v JOIN k USING (contact_id);
INSERT INTO identity (contact_id, channel_id, kind, value)
	SELECT contact_id, channel_id, 'visitor', visitor_id::text FROM visitors;
CREATE TEMP TABLE live AS
SELECT v.*, conversation_id_next(now()) AS conversation_id, CASE WHEN v.n <= 850 THEN o.user_id END AS user_id,
	CASE WHEN v.n <= 850 THEN o.version_id END AS user_version_id
FROM visitors v LEFT JOIN operators o ON o.n = 1 + (v.n - 1) % 170 WHERE v.n <= 2850;
INSERT INTO conversation (conversation_id, channel_id, channel_version_id, contact_id, visitor_id, state, queue_id,
	user_id, opened_at, requested_at, assigned_at, seq, segment_seq, segment_kind, segment_first_message_at,
	bot_version_id, bot_session, last_message_at, last_message_author, last_message_preview, last_contact_at,
	last_agent_at)
SELECT l.conversation_id, l.channel_id, h.version_id, l.contact_id, l.visitor_id, CASE WHEN l.user_id IS NULL THEN 1 ELSE 3 END,
	CASE WHEN l.user_id IS NOT NULL THEN (SELECT queue_id FROM queue WHERE key = 'planes') END, l.user_id,
	now() - interval '1 hour', CASE WHEN l.user_id IS NOT NULL THEN now() - interval '59 minutes' END,
	CASE WHEN l.user_id IS NOT NULL THEN now() - interval '58 minutes' END,
	CASE WHEN l.user_id IS NOT NULL THEN 50 ELSE 1 END, CASE WHEN l.user_id IS NOT NULL THEN 3 ELSE 1 END,
	CASE WHEN l.user_id IS NOT NULL THEN 3 ELSE 1 END, CASE WHEN l.user_id IS NOT NULL THEN now() - interval '57 minutes' END,
	b.published_version_id, '{"node":"menu","wrong":0,"variables":{}}', now() - interval '1 minute', 1, 'Hola',
	now() - interval '1 minute', CASE WHEN l.user_id IS NOT NULL THEN now() - interval '2 minutes' END
FROM live l JOIN channel h ON h.channel_id = l.channel_id JOIN bot b ON b.bot_id = h.bot_id;
INSERT INTO segment (conversation_id, segment_seq, kind, started_at, ended_at, outcome, queue_id, user_id, user_version_id)
SELECT conversation_id, k, k, now() - interval '1 hour' + (k - 1) * interval '1 minute',
	CASE WHEN user_id IS NOT NULL AND k < 3 THEN now() - interval '1 hour' + k * interval '1 minute' END,
	CASE WHEN user_id IS NOT NULL THEN CASE k WHEN 1 THEN 10 WHEN 2 THEN 1 END END,
	CASE WHEN k > 1 THEN 1 END, CASE WHEN k = 3 THEN user_id END, CASE WHEN k = 3 THEN user_version_id END
FROM live, generate_series(1, 3) k WHERE user_id IS NOT NULL OR k = 1;
INSERT INTO assignment (conversation_id, assignment_seq, user_id, user_version_id, queue_id, assigned_at, reason)
SELECT conversation_id, 3, user_id, user_version_id, 1, now() - interval '58 minutes',
	'{"rule":"fewest_cases","open_count":1,"capacity":5,"available_s":840,"closed_today":3,"candidates":[],"candidate_count":1}'
FROM live WHERE user_id IS NOT NULL;
INSERT INTO message (conversation_id, seq, created_at, author, kind, user_version_id, body)
SELECT conversation_id, s, now() - interval '1 hour' + s * interval '1 minute',
	CASE WHEN s <= 10 THEN 1 + s % 2 ELSE 1 + 2 * (s % 2) END, 1, CASE WHEN s > 10 AND s % 2 = 1 THEN user_version_id END,
	'Mensaje ' || s || ': pagué la cuota vencida del plan y todavía figura con deuda, ¿cuándo se imputa?'
FROM live, generate_series(1, 50) s WHERE user_id IS NOT NULL OR s = 1;

ANALYZE contact, conversation, segment, message, assignment, app_user, session, visitor, identity;
