-- Passwords of ours: those that were, those that are for once; the second factor.

ALTER TABLE app_user
	ADD password_set_at timestamptz,
	ADD password_temporary boolean NOT NULL DEFAULT false,   -- to be changed before anything else
	ADD totp_seed text,                  -- encrypted; NULL: no second factor
	ADD totp_step bigint,                -- the last that was used: none is good twice
	ADD totp_since timestamptz;
UPDATE app_user SET password_set_at = now() WHERE password_hash IS NOT NULL;

CREATE TABLE password_history (
	password_history_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	user_id bigint NOT NULL REFERENCES app_user,
	password_hash text NOT NULL,
	set_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX password_history_user ON password_history (user_id, password_history_id);

-- What gets somebody in whose telephone is lost, once each.
CREATE TABLE recovery_code (
	user_id bigint NOT NULL REFERENCES app_user,
	code_hash bytea NOT NULL CHECK (length(code_hash) = 32),
	used_at timestamptz,
	revoked_at timestamptz,
	PRIMARY KEY (user_id, code_hash)
);

ALTER TABLE session ADD factor_at timestamptz;       -- the second factor was shown
ALTER TABLE role ADD factor_required boolean NOT NULL DEFAULT false;
