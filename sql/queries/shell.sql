-- Top bar and navigation of every staff page.

-- name: shell
-- Counters, and an attending person's break types with what they used today. At least one row.
SELECT coalesce(a.open_count, 0) AS open_count, CASE WHEN a.wrap_until > now() THEN a.wrap_until END AS wrap_until,
	CASE WHEN $2::boolean THEN (SELECT count(*) FROM conversation c WHERE c.state = 2
		AND ($3::boolean OR (c.queue_id IN (SELECT q.queue_id FROM user_queue q WHERE q.user_id = $1)
			AND c.channel_id IN (SELECT h.channel_id FROM user_channel h WHERE h.user_id = $1))))
		END AS waiting_count,
	CASE WHEN $4::boolean THEN (SELECT count(*) FROM inbound_poison p WHERE p.repeated_at IS NULL)
		END AS quarantine_count,
	CASE WHEN $5::boolean THEN chat_unread($1, $6::boolean) END AS chat_unread,
	(SELECT volume FROM app_user WHERE user_id = $1) AS volume,
	(SELECT count(*) FROM (SELECT FROM notice n WHERE n.user_id = $1 AND n.read_at IS NULL LIMIT 100) u) AS notice_count,
	-- How they are told of what: of several roles all that any of them has.
	(SELECT string_agg(concat_ws(':', e.name, e.sound, e.shown, e.browser, e.tone), ' ' ORDER BY e.name) FROM (
		SELECT c.name, bool_or(n.sound)::int AS sound, bool_or(n.shown)::int AS shown,
			bool_or(n.browser)::int AS browser, coalesce(min(t.name) FILTER (WHERE n.sound), 'bell') AS tone
		FROM user_role ur JOIN role r ON r.role_id = ur.role_id AND r.deleted_at IS NULL
			JOIN notice_rule n ON n.role_id = r.role_id JOIN code c ON c.list = 'notice' AND c.value = n.event
			JOIN code t ON t.list = 'tone' AND t.value = n.tone
		WHERE ur.user_id = $1 GROUP BY c.name) e) AS notices,
	b.break_type_id, b.name AS break_name, b.allowance_s, b.longest_s, b.shows, b.at_once, coalesce(l.used_s, 0) AS used_s,
	CASE WHEN a.state = 2 AND a.break_type_id = b.break_type_id THEN ''
		ELSE break_refusal(a.user_id, b.break_type_id, true) END AS refusal
FROM (SELECT date_trunc('day', now() AT TIME ZONE 'America/Argentina/Buenos_Aires')
		AT TIME ZONE 'America/Argentina/Buenos_Aires' AS start) day
	LEFT JOIN agent_state a ON a.user_id = $1::bigint
	LEFT JOIN break_type b ON (a.state = 2 AND b.break_type_id = a.break_type_id)
		OR (a.user_id IS NOT NULL AND b.enabled AND b.deleted_at IS NULL AND b.by_oneself
			AND (b.everybody OR user_among(a.user_id, b.user_ids, b.group_ids)))
	LEFT JOIN LATERAL (
		SELECT extract(epoch FROM sum(coalesce(l.ended_at, now()) - greatest(l.started_at, day.start)))::bigint
			AS used_s
		FROM agent_state_log l
		WHERE l.user_id = $1 AND l.break_type_id = b.break_type_id
			AND l.started_at > day.start - interval '1 day'
			AND coalesce(l.ended_at, now()) > day.start
	) l ON true
ORDER BY b.position, b.break_type_id

-- name: shell_notices
-- What the page's snapshot could not see yet; of a new case the desk's own list tells.
SELECT n.notice_id, n.event, n.conversation_id, c.contact_id, k.name AS contact_name, q.name AS queue_name, n.key,
	n.by_name, n.words, n.subject, n.said_count
FROM notice n LEFT JOIN conversation c ON c.conversation_id = n.conversation_id
	LEFT JOIN contact k ON k.contact_id = c.contact_id
	LEFT JOIN queue q ON q.queue_id = n.queue_id
WHERE n.user_id = $1::bigint AND n.event > 1 AND n.at > now() - interval '2 minutes'
	AND NOT pg_visible_in_snapshot(n.xid, $2::pg_snapshot)
ORDER BY n.notice_id LIMIT 20
