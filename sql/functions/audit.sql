-- The audit as people search it, newest first, a page at a time. Whatever is asked walks one index in the page's order
-- (migration 0046), once per person and action that are asked for, month by month until the page is full: what is in
-- few rows, or in none, is found as fast as what is in most. What is left to be filtered beside it is at most one
-- conversation's or one thing's rows. The planner cannot know how short a page is, so sorting and scanning are put out
-- of its reach.
--
-- p_actors and p_actions: empty for any, 0 is the system; p_address, p_conversation, p_entity: NULL for any.
CREATE OR REPLACE FUNCTION audit_search(p_from timestamptz, p_to timestamptz, p_key_at timestamptz, p_key_id bigint,
	p_limit bigint, p_actors bigint[], p_actions text[], p_address inet, p_conversation bigint, p_entity text,
	p_entity_id bigint) RETURNS SETOF audit LANGUAGE plpgsql STABLE SET search_path = public, pg_temp
	SET enable_sort = off SET enable_seqscan = off SET enable_bitmapscan = off SET enable_material = off
	SET jit = off AS $$
DECLARE
	v_zone constant text := 'America/Argentina/Buenos_Aires';
	v_first constant timestamptz := greatest(p_from, (SELECT a.at FROM audit a ORDER BY a.at, a.audit_id LIMIT 1));
	v_to timestamptz := least(p_to, p_key_at + interval '1 microsecond',
		(SELECT a.at + interval '1 microsecond' FROM audit a ORDER BY a.at DESC, a.audit_id DESC LIMIT 1));
	v_from timestamptz;
	v_left bigint := p_limit;
	v_found bigint;
BEGIN
	WHILE v_left > 0 AND v_to > v_first LOOP
		v_from := greatest(v_first,
			date_trunc('month', (v_to - interval '1 microsecond') AT TIME ZONE v_zone) AT TIME ZONE v_zone);
		IF p_conversation IS NOT NULL THEN
			RETURN QUERY SELECT a.* FROM audit a
				WHERE a.conversation_id = p_conversation
					AND (cardinality(p_actors) = 0 OR coalesce(a.actor_id, 0) = ANY (p_actors))
					AND (cardinality(p_actions) = 0 OR a.action = ANY (p_actions))
					AND (p_address IS NULL OR a.address = p_address)
					AND (p_entity IS NULL OR (a.entity = p_entity AND a.entity_id = p_entity_id))
					AND a.at >= v_from AND a.at < v_to AND a.at <= p_key_at AND (a.at, a.audit_id) < (p_key_at, p_key_id)
				ORDER BY a.at DESC, a.audit_id DESC LIMIT v_left;
		ELSIF p_entity IS NOT NULL THEN
			RETURN QUERY SELECT a.* FROM audit a
				WHERE a.entity = p_entity AND a.entity_id = p_entity_id
					AND (cardinality(p_actors) = 0 OR coalesce(a.actor_id, 0) = ANY (p_actors))
					AND (cardinality(p_actions) = 0 OR a.action = ANY (p_actions))
					AND (p_address IS NULL OR a.address = p_address)
					AND a.at >= v_from AND a.at < v_to AND a.at <= p_key_at AND (a.at, a.audit_id) < (p_key_at, p_key_id)
				ORDER BY a.at DESC, a.audit_id DESC LIMIT v_left;
		ELSIF cardinality(p_actors) > 0 AND cardinality(p_actions) > 0 AND p_address IS NOT NULL THEN
			RETURN QUERY SELECT a.* FROM unnest(p_actors) actor (id) CROSS JOIN unnest(p_actions) act (name)
				CROSS JOIN LATERAL (SELECT * FROM audit a
					WHERE coalesce(a.actor_id, 0)::text || ' ' || a.action || ' ' || host(a.address)
						= actor.id::text || ' ' || act.name || ' ' || host(p_address)
						AND a.at >= v_from AND a.at < v_to AND a.at <= p_key_at AND (a.at, a.audit_id) < (p_key_at, p_key_id)
					ORDER BY a.at DESC, a.audit_id DESC LIMIT v_left) a
				ORDER BY a.at DESC, a.audit_id DESC LIMIT v_left;
		ELSIF cardinality(p_actors) > 0 AND cardinality(p_actions) > 0 THEN
			RETURN QUERY SELECT a.* FROM unnest(p_actors) actor (id) CROSS JOIN unnest(p_actions) act (name)
				CROSS JOIN LATERAL (SELECT * FROM audit a
					WHERE coalesce(a.actor_id, 0)::text || ' ' || a.action = actor.id::text || ' ' || act.name
						AND a.at >= v_from AND a.at < v_to AND a.at <= p_key_at AND (a.at, a.audit_id) < (p_key_at, p_key_id)
					ORDER BY a.at DESC, a.audit_id DESC LIMIT v_left) a
				ORDER BY a.at DESC, a.audit_id DESC LIMIT v_left;
		ELSIF cardinality(p_actors) > 0 AND p_address IS NOT NULL THEN
			RETURN QUERY SELECT a.* FROM unnest(p_actors) actor (id)
				CROSS JOIN LATERAL (SELECT * FROM audit a
					WHERE coalesce(a.actor_id, 0)::text || ' ' || host(a.address) = actor.id::text || ' ' || host(p_address)
						AND a.at >= v_from AND a.at < v_to AND a.at <= p_key_at AND (a.at, a.audit_id) < (p_key_at, p_key_id)
					ORDER BY a.at DESC, a.audit_id DESC LIMIT v_left) a
				ORDER BY a.at DESC, a.audit_id DESC LIMIT v_left;
		ELSIF cardinality(p_actors) > 0 THEN
			RETURN QUERY SELECT a.* FROM unnest(p_actors) actor (id)
				CROSS JOIN LATERAL (SELECT * FROM audit a
					WHERE coalesce(a.actor_id, 0) = actor.id
						AND a.at >= v_from AND a.at < v_to AND a.at <= p_key_at AND (a.at, a.audit_id) < (p_key_at, p_key_id)
					ORDER BY a.at DESC, a.audit_id DESC LIMIT v_left) a
				ORDER BY a.at DESC, a.audit_id DESC LIMIT v_left;
		ELSIF cardinality(p_actions) > 0 AND p_address IS NOT NULL THEN
			RETURN QUERY SELECT a.* FROM unnest(p_actions) act (name)
				CROSS JOIN LATERAL (SELECT * FROM audit a
					WHERE a.action || ' ' || host(a.address) = act.name || ' ' || host(p_address)
						AND a.at >= v_from AND a.at < v_to AND a.at <= p_key_at AND (a.at, a.audit_id) < (p_key_at, p_key_id)
					ORDER BY a.at DESC, a.audit_id DESC LIMIT v_left) a
				ORDER BY a.at DESC, a.audit_id DESC LIMIT v_left;
		ELSIF cardinality(p_actions) > 0 THEN
			RETURN QUERY SELECT a.* FROM unnest(p_actions) act (name)
				CROSS JOIN LATERAL (SELECT * FROM audit a
					WHERE a.action = act.name
						AND a.at >= v_from AND a.at < v_to AND a.at <= p_key_at AND (a.at, a.audit_id) < (p_key_at, p_key_id)
					ORDER BY a.at DESC, a.audit_id DESC LIMIT v_left) a
				ORDER BY a.at DESC, a.audit_id DESC LIMIT v_left;
		ELSIF p_address IS NOT NULL THEN
			RETURN QUERY SELECT a.* FROM audit a
				WHERE a.address = p_address
					AND a.at >= v_from AND a.at < v_to AND a.at <= p_key_at AND (a.at, a.audit_id) < (p_key_at, p_key_id)
				ORDER BY a.at DESC, a.audit_id DESC LIMIT v_left;
		ELSE
			RETURN QUERY SELECT a.* FROM audit a
				WHERE a.at >= v_from AND a.at < v_to AND a.at <= p_key_at AND (a.at, a.audit_id) < (p_key_at, p_key_id)
				ORDER BY a.at DESC, a.audit_id DESC LIMIT v_left;
		END IF;
		GET DIAGNOSTICS v_found = ROW_COUNT;
		v_left := v_left - v_found;
		v_to := v_from;
	END LOOP;
END $$;
