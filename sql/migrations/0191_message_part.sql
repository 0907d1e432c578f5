-- A message that goes as several of its network's (a long text, a file and its words): each is known by its id, and how far
-- each came, by what its reference has after ours ("": the last one). All of them arrived when the least of them did.
ALTER TABLE provider_message ADD part boolean NOT NULL DEFAULT false;
CREATE TABLE message_part (
	outbox_id bigint NOT NULL,
	part text NOT NULL,
	channel_id bigint NOT NULL,
	state smallint NOT NULL,
	at timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (outbox_id, part, channel_id)
);
CREATE INDEX message_part_at ON message_part USING brin (at);
