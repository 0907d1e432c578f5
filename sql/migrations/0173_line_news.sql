-- How lines do, counted: what went out and failed, what came in and how late. Each writer (a lane of intake, or send) has a
-- row of its own for each five minutes, so that none waits for another.
CREATE TABLE line_count (
	channel_id bigint NOT NULL,
	slot timestamptz NOT NULL,
	writer smallint NOT NULL,            -- 0-9: what a lane of intake counts; 10: send; from 20 on: failures that networks reported
	tried integer NOT NULL DEFAULT 0,    -- messages that ended at their provider, well or not
	failed integer NOT NULL DEFAULT 0,
	came integer NOT NULL DEFAULT 0,     -- what contacts said
	lags integer[] NOT NULL DEFAULT '{}',        -- how late things came, by class (cron/intake_health.c)
	PRIMARY KEY (channel_id, slot, writer)
) WITH (fillfactor = 70);

-- What a network tells of the line itself: its quality, its limits, what it did to the account.
CREATE TABLE line_news (
	line_news_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	channel_id bigint NOT NULL REFERENCES channel,
	at timestamptz NOT NULL,
	word text NOT NULL,                  -- what it means (L.lines.said)
	tone smallint NOT NULL,              -- enum channel_tone
	said text,                           -- of it what people read: a limit, a number
	detail jsonb NOT NULL                -- as the network told it
);
CREATE INDEX line_news_line ON line_news (channel_id, at DESC);

ALTER TABLE channel_health
	ADD quality text,                    -- as the network names it: GREEN, YELLOW, RED
	ADD message_limit text,              -- likewise: TIER_1K
	ADD number text,                     -- the digits by which the network's news names the line
	ADD token_expires_at timestamptz,    -- infinity: never
	ADD token_at timestamptz,            -- when it was asked for last
	ADD token_state smallint NOT NULL DEFAULT 0,         -- list token_state
	ADD token_error text,
	ADD token_told smallint NOT NULL DEFAULT 0,          -- days before its end that somebody was told of; 0: none
	ADD errors_told boolean NOT NULL DEFAULT false,
	ADD silence_told boolean NOT NULL DEFAULT false;

INSERT INTO code (list, value, name) VALUES
	('token_state', 0, 'good'), ('token_state', 1, 'asked'), ('token_state', 2, 'lost'), ('token_state', 3, 'refused'),
	('token_state', 4, 'trouble');

-- Made anew with what it is about (functions/notice.sql).
DROP FUNCTION IF EXISTS notice_line(bigint, text, text);
