-- Conversations in which nobody speaks: when each side is reminded, when it is closed and as what.

INSERT INTO code (list, value, name) VALUES ('typification_source', 5, 'system');

-- The general one (no queue), and one for each queue from its birth, which follows the general one
-- until it has times of its own. 0: never.
CREATE TABLE silence_rule (
	silence_rule_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	queue_id bigint UNIQUE REFERENCES queue,
	own boolean NOT NULL DEFAULT false,
	contact_warn_s integer NOT NULL DEFAULT 0 CHECK (contact_warn_s >= 0),     -- we spoke last: the contact is reminded
	warn_text text NOT NULL DEFAULT '',
	contact_close_s integer NOT NULL DEFAULT 0 CHECK (contact_close_s >= 0),   -- we spoke last: it is closed
	close_text text NOT NULL DEFAULT '',
	typification_id bigint REFERENCES typification,
	agent_warn_s integer NOT NULL DEFAULT 0 CHECK (agent_warn_s >= 0),         -- the contact spoke last: our side is told
	revision integer NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX silence_rule_general ON silence_rule ((true)) WHERE queue_id IS NULL;
INSERT INTO silence_rule (queue_id, own) VALUES (NULL, true);
INSERT INTO silence_rule (queue_id) SELECT queue_id FROM queue;

-- When somebody was last reminded; a later word of either side begins anew.
ALTER TABLE conversation ADD silence_at timestamptz;
