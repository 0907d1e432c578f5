-- All that the live program may do in the database: its role has EXECUTE on
-- these and nothing else. It learns who somebody is and which topics they may
-- watch, never content.

-- The session of a token, and the topics of the views its page shows. A view is 'shell', 'desk',
-- 'board', 'lines', 'l<line>' or 'c<conversation>'; what is unknown or not theirs is left out. s<session> is always
-- among the topics, so that closing a session ends its polls. No row: no such session.
CREATE OR REPLACE FUNCTION live_authorise(p_token_hash bytea, p_views text[])
	RETURNS TABLE (session_id bigint, topics text)
	LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	RETURN QUERY
	SELECT s.session_id, concat_ws(' ', 's' || s.session_id,
		CASE WHEN p_views && ARRAY['shell', 'desk'] THEN 'o' || s.user_id END,
		CASE WHEN 'desk' = ANY (p_views) AND 'desk.attend' = ANY (may.permissions) THEN (
			SELECT string_agg('q' || q.queue_id, ' ') FROM user_queue q
			WHERE q.user_id = s.user_id) END,
		-- Who of theirs is writing shows on the list.
		CASE WHEN 'desk' = ANY (p_views) AND 'desk.attend' = ANY (may.permissions) THEN (
			SELECT string_agg('c' || c.conversation_id, ' ') FROM conversation c
			WHERE c.state = 3 AND c.user_id = s.user_id AND 'c' || c.conversation_id <> ALL (p_views)) END,
		CASE WHEN 'board' = ANY (p_views) AND 'board.view' = ANY (may.permissions) THEN 'b0' END,
		CASE WHEN 'channel.manage' = ANY (may.permissions)
			AND EXISTS (SELECT 1 FROM unnest(p_views) v WHERE v = 'lines' OR v ~ '^l[0-9]{1,16}$') THEN 'l0' END,
		(SELECT string_agg(v, ' ') FROM unnest(p_views) v
			WHERE CASE WHEN v ~ '^c[0-9]{1,16}$' THEN conversation_access(
				CASE WHEN may.permissions && ARRAY['desk.attend', 'conversation.supervise'] THEN s.user_id END,
				'conversation.supervise' = ANY (may.permissions),
				'conversation.all' = ANY (may.permissions), substr(v, 2)::bigint) > 0 END))
	FROM session s CROSS JOIN session_limits() l
		JOIN app_user u ON u.user_id = s.user_id AND u.enabled AND u.deleted_at IS NULL
		CROSS JOIN LATERAL (SELECT ARRAY(
			SELECT p.permission FROM user_role r
				JOIN role ON role.role_id = r.role_id AND role.deleted_at IS NULL
				JOIN role_permission p ON p.role_id = r.role_id
			WHERE r.user_id = s.user_id) AS permissions) may
	WHERE s.token_hash = p_token_hash AND s.closed_at IS NULL AND s.created_at > now() - l.absolute
		AND s.last_seen_at > now() - l.idle;
END $$;

-- The visitor of a token; NULL when there is none.
CREATE OR REPLACE FUNCTION live_authorise_visitor(p_token_hash bytea) RETURNS bigint
	LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	RETURN (SELECT v.visitor_id FROM visitor v WHERE v.token_hash = p_token_hash);
END $$;

-- The tail: this moment's snapshot, and every event that the snapshot p_since did not see and this
-- one does (what began after it, and what was running then). At least one row. The planner cannot
-- know that this is always the end of the table.
CREATE OR REPLACE FUNCTION live_tail(p_since text)
	RETURNS TABLE (snapshot text, xid text, topics text)
	LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
	SET enable_seqscan = off AS $$
BEGIN
	RETURN QUERY
	SELECT pg_current_snapshot()::text, w.xid::text, w.topics
	FROM (SELECT) one LEFT JOIN wake w
		ON w.xid >= pg_snapshot_xmax(p_since::pg_snapshot)
		OR w.xid = ANY (ARRAY(SELECT pg_snapshot_xip(p_since::pg_snapshot)));
END $$;

-- The first one: the events of the last p_reach_s seconds, and the highest transaction that may
-- have been an event before them.
CREATE OR REPLACE FUNCTION live_tail_start(p_reach_s bigint)
	RETURNS TABLE (snapshot text, floor text, xid text, topics text)
	LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
	v_from constant timestamptz := now() - make_interval(secs => p_reach_s);
BEGIN
	RETURN QUERY
	WITH w AS MATERIALIZED (SELECT o.xid, o.topics, o.at > v_from AS recent FROM wake o),
	f AS (
		SELECT coalesce(
			(SELECT o.xid::text::numeric FROM w o WHERE NOT o.recent ORDER BY o.xid DESC LIMIT 1),
			(SELECT o.xid::text::numeric - 1 FROM w o ORDER BY o.xid LIMIT 1),
			pg_snapshot_xmax(pg_current_snapshot())::text::numeric - 1) AS xid
	)
	SELECT pg_current_snapshot()::text, f.xid::text, w.xid::text, w.topics
	FROM f LEFT JOIN w ON w.recent;
END $$;

-- Presence, for all who wait or just did. Rows that somebody else is changing are left to the
-- next time, so that this never waits. The empty row tells a live program that starts how far
-- back it knows everything, however quiet the night.
CREATE OR REPLACE FUNCTION live_heartbeat(p_sessions bigint[], p_visitors bigint[]) RETURNS void
	LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	WITH free AS MATERIALIZED (
		SELECT s.session_id FROM session s
		WHERE s.session_id = ANY (p_sessions) AND s.closed_at IS NULL
		FOR NO KEY UPDATE SKIP LOCKED)
	UPDATE session s SET heartbeat_at = now() FROM free WHERE s.session_id = free.session_id;

	WITH free AS MATERIALIZED (
		SELECT a.user_id FROM agent_state a
		WHERE a.user_id IN (SELECT s.user_id FROM session s
			WHERE s.session_id = ANY (p_sessions) AND s.closed_at IS NULL)
		FOR NO KEY UPDATE SKIP LOCKED)
	UPDATE agent_state a SET heartbeat_at = now() FROM free WHERE a.user_id = free.user_id;

	WITH free AS MATERIALIZED (
		SELECT v.visitor_id FROM visitor v WHERE v.visitor_id = ANY (p_visitors)
		FOR NO KEY UPDATE SKIP LOCKED)
	UPDATE visitor v SET last_seen_at = now() FROM free WHERE v.visitor_id = free.visitor_id;

	INSERT INTO wake (topics) VALUES ('');
END $$;

-- A whole beat has been written, which heard so many pages of the staff. After a gap of three of them, or when somebody is
-- heard again after all fell silent at once, everybody's time begins anew (presence_since).
CREATE OR REPLACE FUNCTION live_beat(p_program text, p_heard bigint) RETURNS void
	LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
	INSERT INTO live_program AS p (name, heard_count) VALUES (p_program, p_heard)
	ON CONFLICT (name) DO UPDATE SET beat_at = now(),
		since = CASE WHEN p.beat_at < now() - interval '45 seconds'
			OR (p_heard > 0 AND p.heard_count >= 3 AND p.heard_at < now() - interval '45 seconds') THEN now() ELSE p.since END,
		heard_at = CASE WHEN p_heard > 0 THEN now() ELSE p.heard_at END,
		heard_count = CASE WHEN p_heard > 0 THEN p_heard ELSE p.heard_count END
$$;
