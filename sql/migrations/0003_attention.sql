-- What administrators arrange: queues, channels, tipificaciones, hours, bots, canned replies.

CREATE TABLE queue (
	queue_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	key text NOT NULL UNIQUE,            -- bots and imports name it by key
	name text NOT NULL,
	strategy smallint NOT NULL DEFAULT 1,
	priority smallint NOT NULL DEFAULT 0,
	service_level_s integer NOT NULL DEFAULT 60 CHECK (service_level_s > 0),
	max_wait_s integer,                  -- NULL: no limit
	typification_required boolean NOT NULL DEFAULT false,
	greeting text,                       -- sent when the case is taken; {operador} {contacto}
	farewell text,
	version_id bigint,
	deleted_at timestamptz
);

CREATE TABLE queue_version (
	queue_version_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	queue_id bigint NOT NULL REFERENCES queue,
	name text NOT NULL,
	service_level_s integer NOT NULL,
	valid_from timestamptz NOT NULL DEFAULT now(),
	valid_to timestamptz
);
CREATE UNIQUE INDEX queue_version_current ON queue_version (queue_id) WHERE valid_to IS NULL;

CREATE TABLE bot (
	bot_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	name text NOT NULL,
	published_version_id bigint,
	deleted_at timestamptz
);

-- Immutable once written (trigger in sql/functions).
CREATE TABLE bot_version (
	bot_version_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	bot_id bigint NOT NULL REFERENCES bot,
	number integer NOT NULL,
	flow jsonb NOT NULL,
	created_at timestamptz NOT NULL DEFAULT now(),
	created_by bigint REFERENCES app_user,
	note text,
	UNIQUE (bot_id, number)
);
ALTER TABLE bot ADD FOREIGN KEY (published_version_id) REFERENCES bot_version;

-- A concrete line or account (canal) of a network (mensajero).
CREATE TABLE channel (
	channel_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	messenger smallint NOT NULL,
	key text NOT NULL UNIQUE,            -- public: in the widget's tag or the webhook's path
	name text NOT NULL,
	enabled boolean NOT NULL DEFAULT true,
	bot_id bigint REFERENCES bot,
	default_queue_id bigint NOT NULL REFERENCES queue,
	settings jsonb NOT NULL DEFAULT '{}',        -- fields of the channel's table
	idle_close_s integer NOT NULL DEFAULT 1800,  -- silent in bot: closed by protocol
	heartbeat_lost_s integer NOT NULL DEFAULT 120, -- waiting and gone: abandoned (metrics: H)
	version_id bigint,
	deleted_at timestamptz
);

CREATE TABLE channel_version (
	channel_version_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	channel_id bigint NOT NULL REFERENCES channel,
	messenger smallint NOT NULL,
	name text NOT NULL,
	valid_from timestamptz NOT NULL DEFAULT now(),
	valid_to timestamptz
);
CREATE UNIQUE INDEX channel_version_current ON channel_version (channel_id) WHERE valid_to IS NULL;

-- Encrypted values. Two tables, so that hooks can read what verifies and never what sends.
CREATE TABLE channel_verify_secret (
	channel_id bigint NOT NULL REFERENCES channel,
	name text NOT NULL,
	value text NOT NULL,
	PRIMARY KEY (channel_id, name)
);
CREATE TABLE channel_send_secret (
	channel_id bigint NOT NULL REFERENCES channel,
	name text NOT NULL,
	value text NOT NULL,
	PRIMARY KEY (channel_id, name)
);

-- Who attends what.
CREATE TABLE user_queue (
	user_id bigint NOT NULL REFERENCES app_user,
	queue_id bigint NOT NULL REFERENCES queue,
	PRIMARY KEY (user_id, queue_id)
);
CREATE INDEX user_queue_queue ON user_queue (queue_id);
CREATE TABLE user_channel (
	user_id bigint NOT NULL REFERENCES app_user,
	channel_id bigint NOT NULL REFERENCES channel,
	PRIMARY KEY (user_id, channel_id)
);

CREATE TABLE typification (
	typification_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	parent_id bigint REFERENCES typification,
	key text UNIQUE,                     -- bots name it by key
	name text NOT NULL,
	path text NOT NULL,                  -- "Planes de pago › Cuota vencida"
	position integer NOT NULL DEFAULT 0,
	version_id bigint,
	deleted_at timestamptz
);
CREATE TABLE typification_version (
	typification_version_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	typification_id bigint NOT NULL REFERENCES typification,
	name text NOT NULL,
	path text NOT NULL,
	valid_from timestamptz NOT NULL DEFAULT now(),
	valid_to timestamptz
);
CREATE UNIQUE INDEX typification_version_current ON typification_version (typification_id)
	WHERE valid_to IS NULL;
-- The queues a tipificación is offered in; none: all.
CREATE TABLE typification_queue (
	typification_id bigint NOT NULL REFERENCES typification,
	queue_id bigint NOT NULL REFERENCES queue,
	PRIMARY KEY (typification_id, queue_id)
);

-- Open hours. Exactly one of channel_id, queue_id, bot_id. A scope without spans is always open.
CREATE TABLE hours_span (
	hours_span_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	channel_id bigint REFERENCES channel,
	queue_id bigint REFERENCES queue,
	bot_id bigint REFERENCES bot,
	weekday smallint NOT NULL CHECK (weekday BETWEEN 0 AND 6),   -- 0 = Sunday
	from_minute smallint NOT NULL CHECK (from_minute BETWEEN 0 AND 1439),
	to_minute smallint NOT NULL CHECK (to_minute BETWEEN 1 AND 1440 AND to_minute > from_minute),
	CHECK (num_nonnulls(channel_id, queue_id, bot_id) = 1)
);
CREATE TABLE holiday (
	day date PRIMARY KEY,
	name text NOT NULL
);

CREATE TABLE canned_reply (
	canned_reply_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	shortcut text NOT NULL,
	body text NOT NULL,
	user_id bigint REFERENCES app_user,  -- personal; NULL: shared
	queue_id bigint REFERENCES queue,    -- NULL: every queue
	used_count bigint NOT NULL DEFAULT 0,
	deleted_at timestamptz
);
