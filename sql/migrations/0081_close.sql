-- How a case ends: the main one of its tipificaciones, the time to finish after it, and what happens when they write again.

INSERT INTO code (list, value, name) VALUES ('reopen', 1, 'bot'), ('reopen', 2, 'queue'), ('reopen', 3, 'same');

ALTER TABLE queue
	ADD wrap_s integer NOT NULL DEFAULT 0 CHECK (wrap_s BETWEEN 0 AND 3600),        -- after a close nothing comes for so long
	ADD reopen_mode smallint NOT NULL DEFAULT 1 CHECK (reopen_mode BETWEEN 1 AND 3),
	ADD reopen_hours smallint NOT NULL DEFAULT 24 CHECK (reopen_hours BETWEEN 1 AND 720);

ALTER TABLE agent_state ADD wrap_until timestamptz;    -- nothing is assigned before; NULL: they finish nothing
CREATE INDEX segment_wrap ON segment (user_id) WHERE kind = 4 AND ended_at IS NULL;

ALTER TABLE conversation_typification ADD main boolean NOT NULL DEFAULT false;
CREATE UNIQUE INDEX conversation_typification_main ON conversation_typification (conversation_id) WHERE main;
