-- May this viewer see the contact: any of its conversations.
CREATE OR REPLACE FUNCTION contact_access(p_user bigint, p_supervise boolean, p_all boolean, p_contact bigint)
	RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
	RETURN EXISTS (SELECT 1 FROM conversation c WHERE c.contact_id = p_contact
		AND (p_all OR conversation_access(p_user, p_supervise, p_all, c.conversation_id) > 0));
END $$;
