-- What an operator made of a message afterwards. The message itself never changes: what is shown is its last
-- revision, and the original stays on record.

CREATE TABLE message_revision (
	conversation_id bigint NOT NULL,
	seq integer NOT NULL,                -- of the message
	revision smallint NOT NULL,          -- 1, 2, ...
	at timestamptz NOT NULL,
	user_version_id bigint NOT NULL,     -- who
	body text,                           -- as it reads now; NULL: taken back
	xid xid8 NOT NULL DEFAULT pg_current_xact_id(),  -- a page's snapshot tells whether it has it
	PRIMARY KEY (conversation_id, seq, revision)
);
