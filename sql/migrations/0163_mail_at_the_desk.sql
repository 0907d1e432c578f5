-- What a mail says beside the words of its message: what its answer needs, and what its text leaves out.
CREATE TABLE IF NOT EXISTS message_mail (
	conversation_id bigint NOT NULL,
	seq integer NOT NULL,
	subject text NOT NULL DEFAULT '',
	message_id text NOT NULL,
	in_reply_to text,
	thread text,                         -- its References
	address text,                        -- the line's own address that it was written to; NULL: the main one
	quoted text,                         -- the tail that it answers
	html text,                           -- harmless (lib/channel/email/html.h); images are cid:
	files jsonb,                         -- [{"file_id","content_id","name","type","size"}]
	refused jsonb,                       -- names of files that are not kept, for their type or size
	PRIMARY KEY (conversation_id, seq)
);

-- A mail that may still be undone: its subject, and the files that go with the first.
ALTER TABLE held_message ADD subject text, ADD further jsonb;
