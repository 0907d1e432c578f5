-- A year of the audit: :rows rows of 170 people and the system. Most do what they always do; some actions, people and
-- addresses are rare, and some pairs of common ones never meet. Indexes are put back as the migrations made them.
CREATE TEMP TABLE indexes AS SELECT c.relname AS name, replace(pg_get_indexdef(c.oid), ' ON ONLY ', ' ON ') AS definition
	FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
	WHERE i.indrelid = 'audit'::regclass AND NOT i.indisprimary;
SELECT format('DROP INDEX %I', name) FROM indexes \gexec
SELECT partition_create('audit', 'at', m AT TIME ZONE 'America/Argentina/Buenos_Aires',
	(m + interval '1 month') AT TIME ZONE 'America/Argentina/Buenos_Aires', to_char(m, 'YYYYMM'))
FROM generate_series(date_trunc('month', now() AT TIME ZONE 'America/Argentina/Buenos_Aires') - interval '12 months',
	date_trunc('month', now() AT TIME ZONE 'America/Argentina/Buenos_Aires'), interval '1 month') m;
SET synchronous_commit = off;
CREATE TEMP TABLE people AS SELECT user_id, name, row_number() OVER (ORDER BY user_id) AS n FROM app_user;
INSERT INTO audit (at, actor_id, actor_name, program, action, entity, entity_id, conversation_id, session_id, address,
	user_agent, request_id, before, after)
SELECT now() - interval '330 days' * (1 - i::float8 / :rows), p.user_id, coalesce(p.name, 'sistema'),
	CASE WHEN p.user_id IS NULL THEN 'route' ELSE 'staff' END, a.action, 'conversation', 26010100000000 + i / 12,
	26010100000000 + i / 12, i / 200, CASE WHEN p.user_id IS NULL THEN NULL
		-- One door for many; only those behind it never change their state.
		WHEN a.action <> 'agent.state' AND i % 5 < 2 THEN '10.0.0.1'::inet
		ELSE '10.4.0.0'::inet + (1 + p.user_id % 240) END,
	'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0', md5(i::text),
	NULL, jsonb_build_object('n', i)
FROM generate_series(1, :rows::bigint) i
	CROSS JOIN LATERAL (SELECT CASE WHEN i % 1000003 = 7 THEN 'role.save' WHEN i % 100 < 45 THEN 'conversation.reply'
		WHEN i % 100 < 67 THEN 'conversation.assign' WHEN i % 100 < 80 THEN 'conversation.close'
		WHEN i % 100 < 92 THEN 'agent.state' WHEN i % 100 < 96 THEN 'login' WHEN i % 100 < 99 THEN 'logout'
		ELSE 'login.failed' END AS action) a
	LEFT JOIN people p ON a.action <> 'conversation.assign' AND p.n = 1 + (i * 7919 / 13) % (SELECT count(*) FROM people);
SELECT definition FROM indexes \gexec
ANALYZE audit;
