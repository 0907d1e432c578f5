-- What became of a reaction of ours that went out: state as the outbox has it, early when that was told before the call's
-- own answer. One that did not get there gives way to what the contact sees, unless another was chosen since.
CREATE OR REPLACE FUNCTION reaction_settle(p_conversation bigint, p_seq integer, p_outbox bigint, p_emoji text, p_state smallint,
	p_fault smallint, p_early boolean) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
	IF p_state BETWEEN 2 AND 4 THEN
		UPDATE message_reaction SET prior = shown, shown = nullif(p_emoji, '')
		WHERE conversation_id = p_conversation AND seq = p_seq AND author = 3;
		RETURN false;
	END IF;
	UPDATE message_reaction SET emoji = CASE WHEN p_early THEN shown ELSE prior END,
		shown = CASE WHEN p_early THEN shown ELSE prior END, refused = p_emoji, fault = p_fault
	WHERE conversation_id = p_conversation AND seq = p_seq AND author = 3 AND outbox_id = p_outbox;
	RETURN FOUND;
END $$;
