-- The audit as people search it, newest first, a page at a time. Whatever is asked walks one index in the page's order
-- (migration 0046), once per person and action that are asked for, month by month until the page is full: what is in
-- few rows, or in none, is found as fast as what is in most. What is left to be filtered beside it is at most one
-- conversation's or one thing's rows. The planner cannot know how short a page is, so sorting and scanning are put out
-- of its reach; and each month is planned by itself, for a plan of all months opens every index of every month first.
--
-- p_actors and p_actions: empty for any, 0 is the system; p_address, p_conversation, p_entity: NULL for any.
CREATE OR REPLACE FUNCTION audit_search(p_from timestamptz, p_to timestamptz, p_key_at timestamptz, p_key_id bigint,
	p_limit bigint, p_actors bigint[], p_actions text[], p_address inet, p_conversation bigint, p_entity text,
	p_entity_id bigint) RETURNS SETOF audit LANGUAGE plpgsql STABLE SET search_path = public, pg_temp
	SET enable_sort = off SET enable_seqscan = off SET enable_bitmapscan = off SET enable_material = off
	SET jit = off AS $$
DECLARE
	v_zone constant text := 'America/Argentina/Buenos_Aires';
	v_first constant timestamptz := greatest(p_from, (SELECT to_timestamp(min(right(c.relname, 6)), 'YYYYMM')::timestamp
		AT TIME ZONE v_zone FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
		WHERE i.inhparent = 'audit'::regclass));
	v_actors constant boolean := cardinality(p_actors) > 0;
	v_actions constant boolean := cardinality(p_actions) > 0;
	v_one text;
	v_query text;
	v_from timestamptz;
	v_to timestamptz := least(p_to, p_key_at + interval '1 microsecond', now() + interval '1 day');
	v_left bigint := p_limit;
	v_found bigint;
BEGIN
	-- What one walk is for: alone as the column is, several together as the one text of their index.
	v_one := CASE
		WHEN p_conversation IS NOT NULL OR p_entity IS NOT NULL THEN
			CASE WHEN p_conversation IS NOT NULL THEN 'a.conversation_id = $6' ELSE 'true' END
			|| CASE WHEN p_entity IS NOT NULL THEN ' AND a.entity = $7 AND a.entity_id = $8' ELSE '' END
			|| CASE WHEN v_actors THEN ' AND coalesce(a.actor_id, 0) = ANY ($9)' ELSE '' END
			|| CASE WHEN v_actions THEN ' AND a.action = ANY ($10)' ELSE '' END
			|| CASE WHEN p_address IS NOT NULL THEN ' AND a.address = $11' ELSE '' END
		WHEN NOT v_actors AND NOT v_actions THEN
			CASE WHEN p_address IS NOT NULL THEN 'a.address = $11' ELSE 'true' END
		WHEN v_actors AND NOT v_actions AND p_address IS NULL THEN 'coalesce(a.actor_id, 0) = actor.id'
		WHEN v_actions AND NOT v_actors AND p_address IS NULL THEN 'a.action = act.name'
		ELSE concat_ws(' || '' '' || ', CASE WHEN v_actors THEN 'coalesce(a.actor_id, 0)::text' END,
			CASE WHEN v_actions THEN 'a.action' END, CASE WHEN p_address IS NOT NULL THEN 'host(a.address)' END)
			|| ' = ' || concat_ws(' || '' '' || ', CASE WHEN v_actors THEN 'actor.id::text' END,
			CASE WHEN v_actions THEN 'act.name' END, CASE WHEN p_address IS NOT NULL THEN 'host($11)' END)
	END;
	v_query := 'SELECT a.* FROM (SELECT 1) once'
		|| CASE WHEN v_one LIKE '%actor.id%' THEN ' CROSS JOIN unnest($9) actor (id)' ELSE '' END
		|| CASE WHEN v_one LIKE '%act.name%' THEN ' CROSS JOIN unnest($10) act (name)' ELSE '' END
		|| ' CROSS JOIN LATERAL (SELECT * FROM audit a WHERE ' || v_one || ' AND a.at >= $1 AND a.at < $2 AND a.at <= $3
			AND (a.at, a.audit_id) < ($3, $4) ORDER BY a.at DESC, a.audit_id DESC LIMIT $5) a
		ORDER BY a.at DESC, a.audit_id DESC LIMIT $5';
	WHILE v_left > 0 AND v_to > v_first LOOP
		v_from := greatest(v_first,
			date_trunc('month', (v_to - interval '1 microsecond') AT TIME ZONE v_zone) AT TIME ZONE v_zone);
		RETURN QUERY EXECUTE v_query USING v_from, v_to, p_key_at, p_key_id, v_left, p_conversation, p_entity,
			p_entity_id, p_actors, p_actions, p_address;
		GET DIAGNOSTICS v_found = ROW_COUNT;
		v_left := v_left - v_found;
		v_to := v_from;
	END LOOP;
END $$;
