-- The audit is searched, in any combination, newest first: an index per way in, each with the order of the page. The
-- system acts as number 0. Where two things are asked for at once the key is one text, so that no index that knows only
-- one of them is taken in its place.
DROP INDEX audit_at;
DROP INDEX audit_actor;
CREATE INDEX audit_time ON audit (at, audit_id);
CREATE INDEX audit_actor_time ON audit ((coalesce(actor_id, 0)), at, audit_id);
CREATE INDEX audit_action_time ON audit (action, at, audit_id);
CREATE INDEX audit_address_time ON audit (address, at, audit_id);
CREATE INDEX audit_actor_action_time ON audit ((coalesce(actor_id, 0)::text || ' ' || action), at, audit_id);
CREATE INDEX audit_actor_address_time ON audit ((coalesce(actor_id, 0)::text || ' ' || host(address)), at, audit_id);
CREATE INDEX audit_action_address_time ON audit ((action || ' ' || host(address)), at, audit_id);
CREATE INDEX audit_actor_action_address_time ON audit
	((coalesce(actor_id, 0)::text || ' ' || action || ' ' || host(address)), at, audit_id);
CREATE INDEX audit_conversation_time ON audit (conversation_id, at, audit_id) WHERE conversation_id IS NOT NULL;

-- What a role may take out of the platform. No row: nothing of it.
CREATE TABLE export_rule (
	role_id bigint NOT NULL REFERENCES role,
	dataset text NOT NULL,               -- a key of lib/people/export.def
	rows_max integer NOT NULL DEFAULT 0 CHECK (rows_max >= 0),   -- 0: no limit
	formats text[] NOT NULL DEFAULT '{csv}',
	masked boolean NOT NULL DEFAULT false,
	reason_required boolean NOT NULL DEFAULT true,
	allowed boolean NOT NULL DEFAULT true,   -- false: it was taken back
	PRIMARY KEY (role_id, dataset)
);
INSERT INTO export_rule (role_id, dataset)
SELECT r.role_id, d.dataset FROM role r JOIN (VALUES ('administrador', 'audit'), ('administrador', 'session'),
	('administrador', 'user'), ('supervisor', 'user')) d (role, dataset) ON d.role = r.key;

-- A download that takes longer than a page may: made by the worker, fetched when it is there.
CREATE TABLE export_job (
	export_job_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	user_id bigint NOT NULL REFERENCES app_user,
	dataset text NOT NULL,
	format text NOT NULL,
	reason text NOT NULL,
	parameters jsonb NOT NULL,
	rows_max integer NOT NULL,
	masked boolean NOT NULL,
	state smallint NOT NULL DEFAULT 0 CHECK (state BETWEEN 0 AND 4),   -- waiting, at work, done, cancelled, failed
	rows_done bigint NOT NULL DEFAULT 0,
	size bigint,
	file_hash text,                      -- SHA-256 in hex: the file's name in the store
	once text NOT NULL,
	created_at timestamptz NOT NULL DEFAULT now(),
	started_at timestamptz,
	ended_at timestamptz,
	UNIQUE (user_id, once)
);
CREATE INDEX export_job_waiting ON export_job (export_job_id) WHERE state IN (0, 1);
CREATE INDEX export_job_user ON export_job (user_id, export_job_id);
