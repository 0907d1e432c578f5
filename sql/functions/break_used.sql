-- Seconds of a break that somebody has used today (Buenos Aires), the one that runs included.
CREATE OR REPLACE FUNCTION break_used(p_user bigint, p_break bigint) RETURNS bigint LANGUAGE plpgsql STABLE AS $$
BEGIN
	RETURN (SELECT coalesce(extract(epoch FROM sum(coalesce(l.ended_at, now()) - greatest(l.started_at, day.start))), 0)::bigint
		FROM (SELECT date_trunc('day', now() AT TIME ZONE 'America/Argentina/Buenos_Aires')
				AT TIME ZONE 'America/Argentina/Buenos_Aires' AS start) day, agent_state_log l
		WHERE l.user_id = p_user AND l.break_type_id = p_break AND l.started_at > day.start - interval '1 day'
			AND coalesce(l.ended_at, now()) > day.start);
END $$;

-- Why somebody may not go on a break now, a key of the screens' words; '' when they may. p_oneself: they ask for it
-- themselves, not their supervision for them.
CREATE OR REPLACE FUNCTION break_refusal(p_user bigint, p_break bigint, p_oneself boolean) RETURNS text
	LANGUAGE plpgsql STABLE AS $$
BEGIN
	RETURN (SELECT CASE
		WHEN NOT (b.everybody OR user_among(p_user, b.user_ids, b.group_ids)) OR (p_oneself AND NOT b.by_oneself)
			THEN 'not_yours'
		WHEN NOT p_oneself THEN ''
		WHEN b.over = 1 AND b.allowance_s > 0 AND break_used(p_user, b.break_type_id) >= b.allowance_s THEN 'used_up'
		WHEN b.at_once > 0 AND EXISTS (
			SELECT 1 FROM user_queue mine WHERE mine.user_id = p_user AND b.at_once <= (
				SELECT count(*) FROM user_queue q JOIN agent_state a ON a.user_id = q.user_id
				WHERE q.queue_id = mine.queue_id AND q.user_id <> p_user AND a.state = 2
					AND a.break_type_id = b.break_type_id)) THEN 'full'
		WHEN b.waiting_max > 0 AND b.waiting_max < (SELECT count(*) FROM conversation c
			JOIN user_queue q ON q.queue_id = c.queue_id AND q.user_id = p_user WHERE c.state = 2) THEN 'waiting'
		ELSE '' END
	FROM break_type b WHERE b.break_type_id = p_break);
END $$;
