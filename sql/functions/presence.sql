-- From which moment on silence counts as absence: who was heard before it counts as heard then. 'infinity' while nobody's
-- does: no program listens, or all who were heard (three or more, so no shift that goes home one by one) fell silent at
-- once, which is the way to us and not they. After ten minutes of that they are gone all the same.
CREATE OR REPLACE FUNCTION presence_since() RETURNS timestamptz LANGUAGE sql STABLE AS $$
	SELECT CASE WHEN bool_or(p.beat_at > now() - interval '45 seconds') IS NOT TRUE THEN 'infinity'
		WHEN bool_and(p.heard_at < now() - interval '45 seconds')
			AND bool_or(p.heard_count >= 3 AND p.heard_at > now() - interval '10 minutes') THEN 'infinity'
		-- What another host heard until it fell silent has to come by this one first.
		ELSE max(CASE WHEN p.beat_at > now() - interval '45 seconds' THEN p.since ELSE p.beat_at END) END
	FROM live_program p
$$;
