-- Ways to log in beside a password of ours: OpenID Connect, LDAP or Active Directory, Kerberos.

INSERT INTO code (list, value, name) VALUES
	('login_kind', 1, 'local'), ('login_kind', 2, 'oidc'), ('login_kind', 3, 'ldap'), ('login_kind', 4, 'kerberos');

-- settings: texts by the keys of lib/people/login_field.def. secret: encrypted with a key of its own.
CREATE TABLE login_provider (
	login_provider_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	kind smallint NOT NULL CHECK (kind BETWEEN 1 AND 4),
	name text NOT NULL CHECK (length(name) BETWEEN 1 AND 60),
	position integer NOT NULL DEFAULT 0,
	preferred boolean NOT NULL DEFAULT false,    -- the one the page puts forward
	enabled boolean NOT NULL DEFAULT true,
	settings jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(settings) = 'object'),
	secret text,
	revision integer NOT NULL DEFAULT 1,
	down_until timestamptz,                      -- it hung or is away: nobody waits for it meanwhile
	deleted_at timestamptz
);
CREATE UNIQUE INDEX login_provider_name ON login_provider (lower(name)) WHERE deleted_at IS NULL;
INSERT INTO login_provider (kind, name, position, preferred) VALUES (1, 'Usuario y contraseña', 100, true);

-- Which group or claim of the provider's gives which role: the first that fits, by position.
CREATE TABLE login_rule (
	login_provider_id bigint NOT NULL REFERENCES login_provider,
	position integer NOT NULL,
	value text NOT NULL CHECK (length(value) BETWEEN 1 AND 500),
	role_id bigint NOT NULL REFERENCES role,
	PRIMARY KEY (login_provider_id, position)
);

-- Who somebody is to the provider. issuer '' where it has none.
CREATE TABLE login_identity (
	login_identity_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	login_provider_id bigint NOT NULL REFERENCES login_provider,
	issuer text NOT NULL,
	subject text NOT NULL CHECK (length(subject) BETWEEN 1 AND 500),
	user_id bigint NOT NULL REFERENCES app_user,
	login text NOT NULL,                         -- the name it goes by there, as last seen
	created_at timestamptz NOT NULL DEFAULT now(),
	last_at timestamptz NOT NULL DEFAULT now(),
	UNIQUE (login_provider_id, issuer, subject)
);
CREATE INDEX login_identity_user ON login_identity (user_id);

-- What of the provider a session hangs on, to end both together. Tokens: encrypted.
CREATE TABLE session_login (
	session_id bigint PRIMARY KEY REFERENCES session,
	login_identity_id bigint NOT NULL REFERENCES login_identity,
	provider_session text,                       -- OpenID Connect's sid
	id_token text,
	access_token text,
	access_expires_at timestamptz,
	refresh_token text,
	checked_at timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 80);
CREATE INDEX session_login_identity ON session_login (login_identity_id);

-- A log-in on its way to the provider and back: once, in ten minutes, in the browser it began in.
CREATE TABLE login_flow (
	state_hash bytea PRIMARY KEY CHECK (length(state_hash) = 32),
	browser_hash bytea NOT NULL,
	login_provider_id bigint NOT NULL REFERENCES login_provider,
	next text NOT NULL,
	created_at timestamptz NOT NULL DEFAULT now(),
	used_at timestamptz
);
CREATE INDEX login_flow_created ON login_flow (created_at);

-- Messages of a provider that count once: the jti of a log-out.
CREATE TABLE login_message (
	login_provider_id bigint NOT NULL REFERENCES login_provider,
	message text NOT NULL,
	at timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (login_provider_id, message)
);

-- What a provider publishes about itself, shared by all processes.
CREATE TABLE login_document (
	login_provider_id bigint NOT NULL REFERENCES login_provider,
	kind text NOT NULL CHECK (kind IN ('discovery', 'keys')),
	url text NOT NULL,
	body text,
	fetched_at timestamptz,
	tried_at timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (login_provider_id, kind)
);
