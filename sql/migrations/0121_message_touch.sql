-- What changed about a message after it was said, other than its words: its file came, it failed, somebody reacted. A
-- page's snapshot tells whether it has it.
CREATE TABLE message_touch (
	conversation_id bigint NOT NULL,
	seq integer NOT NULL,
	xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
	PRIMARY KEY (conversation_id, seq)
) WITH (fillfactor = 80);
ALTER TABLE message_reaction DROP COLUMN xid;
