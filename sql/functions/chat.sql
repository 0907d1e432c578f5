-- Who is in whose room of the internal chat: the operator, and the supervision of any of their queues.
CREATE OR REPLACE FUNCTION chat_member(p_user bigint, p_supervise boolean, p_operator bigint) RETURNS boolean
	LANGUAGE plpgsql STABLE AS $$
BEGIN
	RETURN EXISTS (SELECT 1 FROM app_user u WHERE u.user_id = p_operator AND u.attends AND u.deleted_at IS NULL
		AND (u.user_id = p_user OR (p_supervise AND EXISTS (SELECT 1 FROM user_queue x
			JOIN user_queue y ON y.queue_id = x.queue_id WHERE x.user_id = p_operator AND y.user_id = p_user))));
END $$;

-- What somebody has not read yet, of others, in all their rooms; at most 100. What was said to several operators at once
-- waits for each of them, not for the rest of supervision.
CREATE OR REPLACE FUNCTION chat_unread(p_user bigint, p_supervise boolean) RETURNS bigint LANGUAGE plpgsql STABLE AS $$
BEGIN
	RETURN (SELECT count(*) FROM (
		SELECT 1 FROM (
			SELECT p_user AS operator_id
			UNION
			SELECT x.user_id FROM user_queue y JOIN user_queue x ON x.queue_id = y.queue_id
			WHERE p_supervise AND y.user_id = p_user
		) room LEFT JOIN chat_read r ON r.user_id = p_user AND r.operator_id = room.operator_id
			JOIN chat_message m ON m.operator_id = room.operator_id AND m.chat_message_id > coalesce(r.last_id, 0)
				AND m.user_id <> p_user AND (m.chat_broadcast_id IS NULL OR m.operator_id = p_user)
		LIMIT 100) unread);
END $$;
