-- What lib/db itself asks.

-- name: db_lock_try
SELECT pg_try_advisory_lock($1::integer, $2::integer) AS got

-- name: db_lock_try_shared
SELECT pg_try_advisory_lock_shared($1::integer, $2::integer) AS got

-- name: db_unlock
SELECT pg_advisory_unlock($1::integer, $2::integer) AS held

-- name: db_unlock_shared
SELECT pg_advisory_unlock_shared($1::integer, $2::integer) AS held

-- name: wake_row
-- The row, and a notification for other hosts unless another transaction is at it: one notifier at
-- a time, because NOTIFY serialises commits. $2: the topics again, NULL when they are too many.
WITH w AS (
	INSERT INTO wake (topics) VALUES ($1) RETURNING xid
), n AS (
	SELECT pg_notify('wake', w.xid::text || ' ' || $2) FROM w
	WHERE $2::text IS NOT NULL AND pg_try_advisory_xact_lock(1987, 1)
)
SELECT w.xid::text AS xid, (SELECT count(*) FROM n) AS notified FROM w

-- name: migrate_ledger
SELECT to_regclass('schema_migration') IS NOT NULL AS there

-- name: migrate_list
SELECT name, sha256 FROM schema_migration ORDER BY name

-- name: migrate_patience
-- An exclusive lock that is not had at once would stop everybody who comes after.
SELECT set_config('lock_timeout', '3s', true) AS lock_timeout

-- name: migrate_record
INSERT INTO schema_migration (name, sha256) VALUES ($1, $2)
ON CONFLICT (name) DO UPDATE SET sha256 = excluded.sha256, applied_at = now(), applied_by = session_user
