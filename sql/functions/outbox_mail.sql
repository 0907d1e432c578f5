-- By mail what is said at once is one mail: into the one of the same conversation that nobody has begun to send goes what is
-- said after it, unless a person wrote both, both have files, or the first ends in a menu. It is of the message that a
-- person wrote, else of the last. What a person says waits no longer. false: it is a mail of its own.
CREATE OR REPLACE FUNCTION outbox_mail_join(p_conversation bigint, p_seq integer, p_payload jsonb) RETURNS boolean
	LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
	v_waits record;
	v_text text;
	v_human constant boolean := p_payload @> '{"human": true}';
BEGIN
	SELECT q.outbox_id, q.created_at, o.seq, o.payload, o.payload @> '{"human": true}' AS human INTO v_waits
	FROM outbox_queue q JOIN conversation c ON c.conversation_id = q.conversation_id
		JOIN outbox o ON o.outbox_id = q.outbox_id AND o.created_at = q.created_at
	WHERE q.lane = 0 AND q.channel_id = c.channel_id AND q.conversation_id = p_conversation AND q.claimed_at IS NULL
		AND q.attempts = 0 AND o.kind = 'message' AND o.state = 0
	ORDER BY q.outbox_id DESC LIMIT 1 FOR UPDATE OF q SKIP LOCKED;
	v_text := concat_ws(E'\n\n', nullif(v_waits.payload->>'text', ''), nullif(p_payload->>'text', ''));
	IF v_waits.outbox_id IS NULL OR (v_waits.human AND v_human) OR v_waits.payload ? 'options'
		OR (v_waits.payload ? 'file' AND p_payload ? 'file') OR length(v_text) > 20000 THEN
		RETURN false;
	END IF;
	UPDATE outbox SET payload = v_waits.payload || p_payload || jsonb_build_object('text', v_text),
		seq = CASE WHEN v_waits.human THEN v_waits.seq ELSE p_seq END
	WHERE outbox_id = v_waits.outbox_id AND created_at = v_waits.created_at;
	UPDATE outbox_queue SET due_at = now() WHERE lane = 0 AND outbox_id = v_waits.outbox_id AND v_human;
	RETURN true;
END $$;
