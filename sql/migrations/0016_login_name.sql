-- Failures of a name, whether somebody has it or not: a delay must not tell which names exist.
CREATE TABLE login_name (
	name text PRIMARY KEY CHECK (length(name) BETWEEN 1 AND 100),
	failed_count integer NOT NULL DEFAULT 0,
	locked_until timestamptz,
	last_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX login_name_last ON login_name (last_at);
ALTER TABLE app_user DROP failed_count, DROP locked_until;
