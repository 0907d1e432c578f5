-- Who sees which conversation (design, section 3): the one place. 0 none, 1 its
-- history (while holding a case of the same contact), 2 waits in a queue of
-- mine, 3 supervised queue or all, 4 mine.
CREATE OR REPLACE FUNCTION conversation_access(p_user bigint, p_supervise boolean, p_all boolean,
	p_conversation bigint) RETURNS smallint LANGUAGE sql STABLE SECURITY DEFINER
	SET search_path = public AS $$
	SELECT CASE
		WHEN c.state = 3 AND c.user_id = p_user THEN 4
		WHEN p_all THEN 3
		WHEN p_supervise AND (c.queue_id IS NULL OR EXISTS (
			SELECT 1 FROM user_queue q WHERE q.user_id = p_user AND q.queue_id = c.queue_id)) THEN 3
		WHEN c.state = 2 AND EXISTS (
			SELECT 1 FROM user_queue q WHERE q.user_id = p_user AND q.queue_id = c.queue_id)
			AND EXISTS (
			SELECT 1 FROM user_channel h WHERE h.user_id = p_user AND h.channel_id = c.channel_id) THEN 2
		WHEN c.user_id = p_user AND c.state = 4 THEN 1
		WHEN EXISTS (
			SELECT 1 FROM conversation m
			WHERE m.contact_id = c.contact_id AND m.state = 3 AND m.user_id = p_user) THEN 1
		ELSE 0 END::smallint
	FROM conversation c WHERE c.conversation_id = p_conversation
	UNION ALL
	SELECT 0::smallint WHERE NOT EXISTS (
		SELECT 1 FROM conversation WHERE conversation_id = p_conversation)
$$;
