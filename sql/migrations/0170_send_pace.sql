-- What a network takes in a second, a quarter of an hour or a day waits here instead of being refused there.
ALTER TABLE outbox_queue ADD rank smallint NOT NULL DEFAULT 0;   -- 0: somebody waits for it; 1: of many, afterwards
CREATE INDEX outbox_queue_line ON outbox_queue (lane, channel_id, rank, outbox_id);

-- Until when a line that sent all that its network takes waits; the desk says so.
ALTER TABLE channel_health ADD paced_until timestamptz;

-- What a change of shift must not forget (cron/send_meter.c): people who were written to a lot, by a hash of how their
-- network knows them, and each message of a line that may send so many in a quarter of an hour.
CREATE TABLE send_pace (
	channel_id bigint NOT NULL,
	recipient bigint NOT NULL,
	until timestamptz NOT NULL,          -- all that was said to them at the network's pace
	PRIMARY KEY (channel_id, recipient)
);
CREATE TABLE send_window (
	channel_id bigint NOT NULL,
	at timestamptz NOT NULL
);
CREATE INDEX send_window_at ON send_window (at);
