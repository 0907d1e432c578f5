-- What was applied, and as what. lib/db/migrate.c makes it before anything else.
CREATE TABLE IF NOT EXISTS schema_migration (
	name text PRIMARY KEY,               -- "migrations/0001_base.sql", "functions/access.sql", "roles.sql"
	sha256 text NOT NULL,
	applied_at timestamptz NOT NULL DEFAULT now(),
	applied_by text NOT NULL DEFAULT session_user
);
