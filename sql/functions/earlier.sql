-- The contact's conversation before this one, the latest that the viewer may see; NULL: none.
CREATE OR REPLACE FUNCTION conversation_earlier(p_user bigint, p_supervise boolean, p_all boolean, p_conversation bigint)
	RETURNS bigint LANGUAGE plpgsql STABLE AS $$
BEGIN
	RETURN (SELECT e.conversation_id FROM conversation c JOIN conversation e ON e.contact_id = c.contact_id
			AND (e.opened_at, e.conversation_id) < (c.opened_at, c.conversation_id)
		WHERE c.conversation_id = p_conversation
			AND conversation_access(p_user, p_supervise, p_all, e.conversation_id) > 0
		ORDER BY e.opened_at DESC, e.conversation_id DESC LIMIT 1);
END $$;
