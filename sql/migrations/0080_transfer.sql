-- What is done with a case: it is handed on with a note, and set aside while the agency is to answer.

ALTER TABLE conversation
	ADD held_at timestamptz,             -- waits for the agency since; NULL: it does not
	ADD resumed_at timestamptz,          -- when it last came back from that, or to the bot: silence begins anew
	ADD handed_seq integer;              -- the note that whoever has it next sees first
