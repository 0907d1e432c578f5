-- Who sees which conversation (design, section 3): the one place. 0 none, 1 its
-- history (while holding a case of the same contact), 2 waits in a queue of
-- mine, 3 supervised queue and channel, or all, 4 mine. PL/pgSQL keeps the plans of a
-- session; an SQL function is planned anew by every statement that calls it.
CREATE OR REPLACE FUNCTION conversation_access(p_user bigint, p_supervise boolean, p_all boolean,
	p_conversation bigint) RETURNS smallint LANGUAGE plpgsql STABLE AS $$
DECLARE
	c record;
BEGIN
	SELECT state, user_id, queue_id, channel_id, contact_id INTO c
		FROM conversation WHERE conversation_id = p_conversation;
	IF NOT FOUND THEN
		RETURN 0;
	END IF;
	IF c.state = 3 AND c.user_id = p_user THEN
		RETURN 4;
	END IF;
	IF p_all OR (p_supervise AND EXISTS (
			SELECT 1 FROM user_channel h WHERE h.user_id = p_user AND h.channel_id = c.channel_id)
		AND (c.queue_id IS NULL OR EXISTS (
			SELECT 1 FROM user_queue q WHERE q.user_id = p_user AND q.queue_id = c.queue_id))) THEN
		RETURN 3;
	END IF;
	IF c.state = 2 AND EXISTS (
			SELECT 1 FROM user_queue q WHERE q.user_id = p_user AND q.queue_id = c.queue_id)
		AND EXISTS (
			SELECT 1 FROM user_channel h WHERE h.user_id = p_user AND h.channel_id = c.channel_id) THEN
		RETURN 2;
	END IF;
	IF (c.state = 4 AND c.user_id = p_user) OR EXISTS (
		SELECT 1 FROM conversation m
		WHERE m.contact_id = c.contact_id AND m.state = 3 AND m.user_id = p_user) THEN
		RETURN 1;
	END IF;
	RETURN 0;
END $$;

-- May they supervise? What they took over stays theirs, though they attend no queue.
CREATE OR REPLACE FUNCTION user_supervises(p_user bigint) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
	RETURN EXISTS (SELECT 1 FROM user_role ur JOIN role r ON r.role_id = ur.role_id AND r.deleted_at IS NULL
		JOIN role_permission p ON p.role_id = r.role_id AND p.permission = 'conversation.supervise'
		WHERE ur.user_id = p_user);
END $$;
