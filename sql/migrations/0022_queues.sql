-- Queues as an agency arranges them: by which channels, how many at once, and where those go that waited too long.

INSERT INTO code (list, value, name) VALUES
	('text_mode', 0, 'off'), ('text_mode', 1, 'automatic'), ('text_mode', 2, 'suggested');

ALTER TABLE queue
	ADD channel_ids bigint[] NOT NULL DEFAULT '{}',     -- attended by these; none: by all
	ADD capacity smallint NOT NULL DEFAULT 0 CHECK (capacity BETWEEN 0 AND 100), -- cases of it an operator has at
	                                                    -- once; 0: as many as the operator may
	ADD overflow_queue_id bigint REFERENCES queue CHECK (overflow_queue_id <> queue_id), -- after max_wait_s
	ADD greeting_mode smallint NOT NULL DEFAULT 1 CHECK (greeting_mode BETWEEN 0 AND 2),
	ADD farewell_mode smallint NOT NULL DEFAULT 1 CHECK (farewell_mode BETWEEN 0 AND 2);
CREATE UNIQUE INDEX queue_name ON queue (lower(name)) WHERE deleted_at IS NULL;
