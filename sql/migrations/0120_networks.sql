-- Networks that are not ours: how their numbers find our rows, and what became of what went out.

-- The line as its network numbers it: a provider calls one address for all lines of an application.
ALTER TABLE channel ADD account text GENERATED ALWAYS AS (settings->>'account') STORED,
	ADD business text GENERATED ALWAYS AS (settings->>'business') STORED;
CREATE INDEX channel_account ON channel (messenger, account) WHERE deleted_at IS NULL;

-- A message by the network's id, whoever said it: reports, reactions, edits and answers name it. Where ids are unique
-- within a chat only, the id is "<identity>:<id>".
CREATE TABLE provider_message (
	channel_id bigint NOT NULL,
	provider_id text NOT NULL,
	conversation_id bigint NOT NULL,
	seq integer NOT NULL,
	at timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (channel_id, provider_id)
);
CREATE INDEX provider_message_at ON provider_message USING brin (at);
CREATE INDEX provider_message_place ON provider_message (conversation_id, seq);

-- What became of it: each time as the network says, the first one counts; what it cost.
ALTER TABLE outbox ADD sent_at timestamptz, ADD delivered_at timestamptz, ADD read_at timestamptz,
	ADD fault smallint, ADD error_code integer, ADD price_category text, ADD billable boolean;
CREATE INDEX outbox_message ON outbox (conversation_id, seq) WHERE seq IS NOT NULL;

-- A line that must pause stops nothing else.
ALTER TABLE outbox_queue ADD channel_id bigint;

-- What the contact did with a message: the last word of each side.
CREATE TABLE message_reaction (
	conversation_id bigint NOT NULL,
	seq integer NOT NULL,
	author smallint NOT NULL,            -- AUTHOR_CONTACT, AUTHOR_AGENT
	emoji text,                          -- NULL: taken back
	at timestamptz NOT NULL,
	xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
	PRIMARY KEY (conversation_id, seq, author)
);
-- The contact's own edits and deletions are revisions without a person of ours.
ALTER TABLE message_revision ALTER user_version_id DROP NOT NULL;

ALTER TABLE identity ADD opted_out_at timestamptz, ADD blocked_at timestamptz;

-- A file of ours at a provider's, so that it goes up once.
CREATE TABLE provider_media (
	channel_id bigint NOT NULL,
	file_id bigint NOT NULL,
	media_id text NOT NULL,
	expires_at timestamptz NOT NULL,
	PRIMARY KEY (channel_id, file_id)
);

-- How each line does. paused_until: nothing leaves before; infinity: until somebody mends it.
CREATE TABLE channel_health (
	channel_id bigint PRIMARY KEY REFERENCES channel,
	last_in_at timestamptz,
	last_out_at timestamptz,
	paused_until timestamptz,
	fault smallint,                      -- why (channel_fault)
	error text,
	error_at timestamptz,
	checked_at timestamptz,              -- the last test
	check_ok boolean,
	check_text text
);
