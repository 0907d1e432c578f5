-- Seconds of a break that somebody has used today (Buenos Aires), the one that runs included.
CREATE OR REPLACE FUNCTION break_used(p_user bigint, p_break bigint) RETURNS bigint LANGUAGE sql STABLE AS $$
	SELECT coalesce(extract(epoch FROM sum(coalesce(l.ended_at, now()) - greatest(l.started_at, day.start))), 0)::bigint
	FROM (SELECT date_trunc('day', now() AT TIME ZONE 'America/Argentina/Buenos_Aires')
			AT TIME ZONE 'America/Argentina/Buenos_Aires' AS start) day, agent_state_log l
	WHERE l.user_id = p_user AND l.break_type_id = p_break AND l.started_at > day.start - interval '1 day'
		AND coalesce(l.ended_at, now()) > day.start
$$;
