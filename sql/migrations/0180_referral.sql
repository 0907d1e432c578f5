-- What brought a conversation's contact: an advertisement, a link, a story; as their network tells it, for reports. seq is
-- the event of the thread that shows it.

CREATE TABLE conversation_referral (
	conversation_id bigint NOT NULL REFERENCES conversation,
	seq integer NOT NULL,
	kind text NOT NULL,                  -- 'ad', 'post', 'link', 'other'
	source text,                         -- the network's id of the advertisement or post
	ref text,                            -- the word that our link carried
	title text,
	url text,
	at timestamptz NOT NULL,
	PRIMARY KEY (conversation_id, seq)
);
CREATE INDEX conversation_referral_at ON conversation_referral USING brin (at);
