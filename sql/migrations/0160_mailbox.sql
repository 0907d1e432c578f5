-- Mail that comes in: how far each mailbox was read, what a mail says beside its words, how the reading does.

CREATE TABLE mailbox (
	channel_id bigint PRIMARY KEY REFERENCES channel,
	place text NOT NULL,                 -- server, folder and user; another place is read anew
	uid_validity bigint NOT NULL,        -- how the folder is numbered; another one is read anew
	last_uid bigint NOT NULL DEFAULT 0,  -- up to here all is stored
	since timestamptz NOT NULL,          -- what arrived before is not taken
	polled_at timestamptz NOT NULL DEFAULT now(),
	trying_uid bigint,                   -- counted before it is read, when the worker before ended badly
	tries smallint NOT NULL DEFAULT 0
);

-- Beside the message of a mail: what its answer needs, and what its text leaves out.
CREATE TABLE message_mail (
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

-- That a line's mailbox cannot be read stops nothing that goes out.
ALTER TABLE channel_health ADD in_fault smallint, ADD in_error text, ADD in_error_at timestamptz,
	ADD in_told boolean NOT NULL DEFAULT false;
