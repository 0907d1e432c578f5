-- Top bar and navigation of every staff page.

-- name: shell
-- Counters, and an attending person's break types with what they used today. At least one row.
SELECT coalesce(a.open_count, 0) AS open_count,
	CASE WHEN $2::boolean THEN (SELECT count(*) FROM conversation c WHERE c.state = 2
		AND ($3::boolean OR c.queue_id IN (SELECT q.queue_id FROM user_queue q WHERE q.user_id = $1)))
		END AS waiting_count,
	CASE WHEN $4::boolean THEN (SELECT count(*) FROM inbound_poison p WHERE p.repeated_at IS NULL)
		END AS quarantine_count,
	b.break_type_id, b.name AS break_name, b.allowance_s, b.longest_s, b.shows, coalesce(l.used_s, 0) AS used_s
FROM (SELECT date_trunc('day', now() AT TIME ZONE 'America/Argentina/Buenos_Aires')
		AT TIME ZONE 'America/Argentina/Buenos_Aires' AS start) day
	LEFT JOIN agent_state a ON a.user_id = $1::bigint
	LEFT JOIN break_type b ON (a.state = 2 AND b.break_type_id = a.break_type_id)
		OR (a.user_id IS NOT NULL AND b.enabled AND b.deleted_at IS NULL AND b.by_oneself
			AND (b.everybody OR a.user_id = ANY (b.user_ids)))
	LEFT JOIN LATERAL (
		SELECT extract(epoch FROM sum(coalesce(l.ended_at, now()) - greatest(l.started_at, day.start)))::bigint
			AS used_s
		FROM agent_state_log l
		WHERE l.user_id = $1 AND l.break_type_id = b.break_type_id
			AND l.started_at > day.start - interval '1 day'
			AND coalesce(l.ended_at, now()) > day.start
	) l ON true
ORDER BY b.position, b.break_type_id
