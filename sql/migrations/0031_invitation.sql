-- Links by which somebody sets their password: one use, an end, and only the hash of what is in them.
CREATE TABLE invitation (
	invitation_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	user_id bigint NOT NULL REFERENCES app_user,
	token_hash bytea NOT NULL UNIQUE CHECK (length(token_hash) = 32),
	created_by bigint NOT NULL REFERENCES app_user,
	created_at timestamptz NOT NULL DEFAULT now(),
	expires_at timestamptz NOT NULL,
	used_at timestamptz,
	revoked_at timestamptz,
	sent_to text,                        -- NULL: no mail went out
	send_error text                      -- why not, for people who look after the server
);
CREATE INDEX invitation_user ON invitation (user_id, created_at);
