-- Who could take a case of a queue by a channel at this moment, with the figures that decide, and why the others cannot
-- ('' when they can). For people who choose by hand; the router asks the same for all queues at once (routing.sql).
CREATE OR REPLACE FUNCTION operator_fit(p_queue bigint, p_channel bigint, p_presence_s bigint)
	RETURNS TABLE (user_id bigint, user_version_id bigint, name text, display_name text, open_count bigint,
		capacity bigint, available_since timestamptz, last_assigned_at timestamptz, closed_today bigint,
		channel_open bigint, channel_capacity bigint, why text)
	LANGUAGE sql STABLE AS $$
	SELECT u.user_id, u.version_id, u.name, u.display_name, coalesce(a.open_count, 0)::bigint, u.capacity::bigint,
		a.available_since, a.last_assigned_at,
		CASE WHEN a.closed_day = (now() AT TIME ZONE 'America/Argentina/Buenos_Aires')::date
			THEN a.closed_today ELSE 0 END::bigint,
		h.n, coalesce(h.capacity, 0)::bigint,
		CASE WHEN NOT (u.attends AND u.enabled) THEN 'disabled'
			WHEN NOT EXISTS (SELECT 1 FROM user_queue x WHERE x.user_id = u.user_id AND x.queue_id = p_queue) THEN 'queue'
			WHEN h.capacity IS NULL THEN 'channel'
			WHEN coalesce(a.state, 0) <> 1 THEN (SELECT c.name FROM code c
				WHERE c.list = 'agent_state' AND c.value = coalesce(a.state, 0))
			WHEN a.heartbeat_at <= now() - make_interval(secs => p_presence_s) THEN 'absent'
			WHEN a.wrap_until > now() THEN 'wrap'
			WHEN a.open_count >= u.capacity THEN 'full'
			WHEN q.capacity > 0 AND q.capacity <= (SELECT count(*) FROM conversation o
				WHERE o.state = 3 AND o.queue_id = q.queue_id AND o.user_id = u.user_id) THEN 'queue_full'
			WHEN h.capacity > 0 AND h.n >= h.capacity THEN 'channel_full'
			ELSE '' END
	FROM app_user u JOIN queue q ON q.queue_id = p_queue LEFT JOIN agent_state a ON a.user_id = u.user_id
		LEFT JOIN LATERAL (SELECT x.capacity, CASE WHEN x.capacity > 0 THEN (SELECT count(*) FROM conversation o
				WHERE o.state = 3 AND o.user_id = u.user_id AND o.channel_id = p_channel) ELSE 0 END AS n
			FROM user_channel x WHERE x.user_id = u.user_id AND x.channel_id = p_channel) h ON true
	WHERE u.deleted_at IS NULL
$$;
