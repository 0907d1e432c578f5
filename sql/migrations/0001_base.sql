-- What every room uses: codes, settings, wake-ups, workers, partitions.

-- The same list as lib/base/codes.def; a test compares the two.
CREATE TABLE code (
	list text NOT NULL,
	value smallint NOT NULL,
	name text NOT NULL,
	PRIMARY KEY (list, value),
	UNIQUE (list, name)
);

INSERT INTO code (list, value, name) VALUES
	('messenger', 1, 'webchat'), ('messenger', 2, 'whatsapp'), ('messenger', 3, 'messenger'),
	('messenger', 4, 'instagram'), ('messenger', 5, 'x'), ('messenger', 6, 'telegram'),
	('messenger', 7, 'sms'), ('messenger', 8, 'email'),
	('conversation_state', 1, 'bot'), ('conversation_state', 2, 'waiting'),
	('conversation_state', 3, 'active'), ('conversation_state', 4, 'closed'),
	('segment_kind', 1, 'bot'), ('segment_kind', 2, 'queue'), ('segment_kind', 3, 'agent'),
	('segment_kind', 4, 'wrap'),
	('outcome', 1, 'assigned'), ('outcome', 2, 'abandoned'), ('outcome', 3, 'lost'),
	('outcome', 4, 'moved'), ('outcome', 5, 'closed'), ('outcome', 6, 'transferred'),
	('outcome', 7, 'taken'), ('outcome', 8, 'disconnected'), ('outcome', 9, 'protocol'),
	('outcome', 10, 'handed_off'), ('outcome', 11, 'contained'), ('outcome', 12, 'typified'),
	('author', 1, 'contact'), ('author', 2, 'bot'), ('author', 3, 'agent'),
	('author', 4, 'system'), ('author', 5, 'note'), ('author', 6, 'supervisor'),
	('message_kind', 1, 'text'), ('message_kind', 2, 'menu'), ('message_kind', 3, 'file'),
	('message_kind', 4, 'event'),
	('agent_state', 0, 'out'), ('agent_state', 1, 'available'), ('agent_state', 2, 'break'),
	('agent_state', 3, 'coaching'), ('agent_state', 4, 'training'),
	('typification_source', 1, 'bot_path'), ('typification_source', 2, 'bot_text'),
	('typification_source', 3, 'agent'), ('typification_source', 4, 'supervisor'),
	('strategy', 1, 'fewest_cases'), ('strategy', 2, 'longest_available'),
	('strategy', 3, 'round_robin'), ('strategy', 4, 'most_available'),
	('strategy', 5, 'lowest_productivity'), ('strategy', 6, 'manual'),
	('cuit_state', 0, 'none'), ('cuit_state', 1, 'declared'), ('cuit_state', 2, 'validated'),
	('outbox_state', 0, 'waiting'), ('outbox_state', 1, 'sending'), ('outbox_state', 2, 'sent'),
	('outbox_state', 3, 'delivered'), ('outbox_state', 4, 'read'), ('outbox_state', 5, 'failed'),
	('outbox_state', 6, 'unknown');

-- General settings that an administrator may change while the platform runs.
CREATE TABLE setting (
	key text PRIMARY KEY,
	value jsonb NOT NULL,
	changed_at timestamptz NOT NULL DEFAULT now()
);

-- One narrow row per transaction that names its topics; read by live's tail
-- poll from its last pg_snapshot_xmin on, so no commit is ever missed.
CREATE TABLE wake (
	xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
	at timestamptz NOT NULL DEFAULT now(),
	topics text NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000,
	autovacuum_vacuum_cost_delay = 0);
CREATE INDEX wake_xid ON wake (xid);

-- The relay's memory: who holds a lane, and whether the shift ended cleanly.
CREATE TABLE worker (
	command text NOT NULL,
	lane smallint NOT NULL,
	dirty boolean NOT NULL DEFAULT false,
	pid integer,
	host text,
	since timestamptz,
	beat_at timestamptz,
	done bigint NOT NULL DEFAULT 0,
	PRIMARY KEY (command, lane)
);
