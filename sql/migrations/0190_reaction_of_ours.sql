-- What we did with a contact's message: at most one reaction of ours, whoever of the staff did it. It shows at once; shown
-- is what the contact sees as far as their network told, prior what they saw before that, and refused ("": taking it back)
-- with its fault what did not get there.
ALTER TABLE message_reaction ADD user_version_id bigint, ADD outbox_id bigint, ADD shown text, ADD prior text,
	ADD refused text, ADD fault smallint;
