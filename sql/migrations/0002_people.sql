-- Users, roles, sessions, states of operators, audit.

CREATE TABLE role (
	role_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	key text NOT NULL UNIQUE,
	name text NOT NULL,
	builtin boolean NOT NULL DEFAULT false,
	deleted_at timestamptz
);

-- permission is a key of lib/people/permission.def.
CREATE TABLE role_permission (
	role_id bigint NOT NULL REFERENCES role,
	permission text NOT NULL,
	PRIMARY KEY (role_id, permission)
);

CREATE TABLE app_user (
	user_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	login text NOT NULL CHECK (login = lower(login) AND length(login) BETWEEN 1 AND 100),
	password_hash text,
	name text NOT NULL,
	display_name text NOT NULL,         -- what a contact sees
	staff_number text,
	dni text,
	office text,
	email text,
	enabled boolean NOT NULL DEFAULT true,
	attends boolean NOT NULL DEFAULT false,     -- may be given cases
	capacity smallint NOT NULL DEFAULT 5 CHECK (capacity BETWEEN 0 AND 100),
	sound boolean NOT NULL DEFAULT true,
	failed_count integer NOT NULL DEFAULT 0,
	locked_until timestamptz,
	version_id bigint,
	created_at timestamptz NOT NULL DEFAULT now(),
	deleted_at timestamptz
) WITH (fillfactor = 80);
CREATE UNIQUE INDEX app_user_login ON app_user (login) WHERE deleted_at IS NULL;

-- As the person was at the time: history points here.
CREATE TABLE user_version (
	user_version_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	user_id bigint NOT NULL REFERENCES app_user,
	name text NOT NULL,
	display_name text NOT NULL,
	staff_number text,
	dni text,
	office text,
	valid_from timestamptz NOT NULL DEFAULT now(),
	valid_to timestamptz
);
CREATE UNIQUE INDEX user_version_current ON user_version (user_id) WHERE valid_to IS NULL;

CREATE TABLE user_role (
	user_id bigint NOT NULL REFERENCES app_user,
	role_id bigint NOT NULL REFERENCES role,
	PRIMARY KEY (user_id, role_id)
);

-- Attempts from an address, for the growing delay; accounts carry their own.
CREATE TABLE login_attempt (
	address inet PRIMARY KEY,
	failed_count integer NOT NULL DEFAULT 0,
	locked_until timestamptz,
	last_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE session (
	session_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	token_hash bytea NOT NULL UNIQUE CHECK (length(token_hash) = 32),
	user_id bigint NOT NULL REFERENCES app_user,
	created_at timestamptz NOT NULL DEFAULT now(),
	expires_at timestamptz NOT NULL,            -- absolute
	last_seen_at timestamptz NOT NULL DEFAULT now(),  -- a person's act; idle limit
	heartbeat_at timestamptz NOT NULL DEFAULT now(),  -- a page is open; written by live
	closed_at timestamptz,
	close_reason text,
	address inet,
	user_agent text
) WITH (fillfactor = 80);
CREATE INDEX session_open ON session (user_id) WHERE closed_at IS NULL;

-- Where each operator stands now. Lock order: conversation, then agent_state.
CREATE TABLE agent_state (
	user_id bigint PRIMARY KEY REFERENCES app_user,
	state smallint NOT NULL DEFAULT 0 CHECK (state BETWEEN 0 AND 4),
	break_type_id bigint,
	since timestamptz NOT NULL DEFAULT now(),
	available_since timestamptz NOT NULL DEFAULT now(),
	last_assigned_at timestamptz,
	open_count smallint NOT NULL DEFAULT 0 CHECK (open_count >= 0),
	closed_today integer NOT NULL DEFAULT 0,
	closed_day date,
	heartbeat_at timestamptz NOT NULL DEFAULT now(),
	session_id bigint
) WITH (fillfactor = 50);

CREATE TABLE break_type (
	break_type_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	name text NOT NULL,
	allowance_s integer NOT NULL CHECK (allowance_s >= 0),   -- a day
	position integer NOT NULL DEFAULT 0,
	enabled boolean NOT NULL DEFAULT true,
	deleted_at timestamptz
);
ALTER TABLE agent_state ADD FOREIGN KEY (break_type_id) REFERENCES break_type;

-- Intervals of state, for the times of metrics.md.
CREATE TABLE agent_state_log (
	agent_state_log_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	user_id bigint NOT NULL REFERENCES app_user,
	user_version_id bigint NOT NULL REFERENCES user_version,
	session_id bigint,
	state smallint NOT NULL,
	break_type_id bigint REFERENCES break_type,
	started_at timestamptz NOT NULL,
	ended_at timestamptz,
	set_by bigint,                       -- the user who changed it; NULL: the system
	reason text
);
CREATE UNIQUE INDEX agent_state_log_open ON agent_state_log (user_id) WHERE ended_at IS NULL;
CREATE INDEX agent_state_log_user ON agent_state_log (user_id, started_at);

-- Repeats of a form are answered like the first (design, Habits: once).
CREATE TABLE submission (
	user_id bigint NOT NULL,
	once text NOT NULL,
	at timestamptz NOT NULL DEFAULT now(),
	answer text,
	PRIMARY KEY (user_id, once)
);

CREATE TABLE audit (
	audit_id bigint GENERATED ALWAYS AS IDENTITY,
	at timestamptz NOT NULL DEFAULT clock_timestamp(),
	xid xid8 NOT NULL DEFAULT pg_current_xact_id(),   -- the seals are ranges of it
	actor_id bigint,
	actor_name text,                     -- as it was; "sistema" for workers
	program text NOT NULL,
	action text NOT NULL,
	entity text,
	entity_id bigint,
	conversation_id bigint,
	session_id bigint,
	address inet,
	user_agent text,
	request_id text,
	before jsonb,
	after jsonb,
	PRIMARY KEY (audit_id, at)
) PARTITION BY RANGE (at);
CREATE INDEX audit_actor ON audit (actor_id, at);
CREATE INDEX audit_entity ON audit (entity, entity_id, at);
CREATE INDEX audit_at ON audit USING brin (at);
CREATE INDEX audit_xid ON audit (xid, audit_id);

-- A seal covers the transactions from_xid <= xid < to_xid, all of them finished when it was made:
-- what is inside can never grow, whatever commits late.
CREATE TABLE audit_seal (
	seal_id bigint PRIMARY KEY,
	sealed_at timestamptz NOT NULL DEFAULT now(),
	from_xid xid8 NOT NULL,
	to_xid xid8 NOT NULL,
	row_count integer NOT NULL,
	previous_digest bytea NOT NULL,
	digest bytea NOT NULL                -- sha256(previous || each row's text, by xid and id)
);
