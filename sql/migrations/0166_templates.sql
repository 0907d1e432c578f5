-- Templates of WhatsApp: as the provider has them, and as they are written here. They belong to a business account; the
-- lines that share one (channel.business) share its templates.

INSERT INTO code (list, value, name) VALUES
	('template_state', 0, 'draft'), ('template_state', 1, 'pending'), ('template_state', 2, 'approved'),
	('template_state', 3, 'rejected'), ('template_state', 4, 'in_appeal'), ('template_state', 5, 'flagged'),
	('template_state', 6, 'paused'), ('template_state', 7, 'disabled'), ('template_state', 8, 'limit_exceeded'),
	('template_state', 9, 'locked'), ('template_state', 10, 'archived'), ('template_state', 11, 'pending_deletion'),
	('template_state', 12, 'deleted'),
	('template_category', 1, 'utility'), ('template_category', 2, 'marketing'), ('template_category', 3, 'authentication'),
	('template_quality', 0, 'unknown'), ('template_quality', 1, 'green'), ('template_quality', 2, 'yellow'),
	('template_quality', 3, 'red');

-- An account, and its list as the provider gives it.
CREATE TABLE template_account (
	business text PRIMARY KEY,           -- channel.business
	due_at timestamptz NOT NULL DEFAULT now(),   -- its list is asked for
	asked_at timestamptz,                -- the last time
	listed_at timestamptz,               -- the last that came whole was begun then
	error text,                          -- why the last one did not come
	error_at timestamptz
);

CREATE TABLE template (
	template_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	business text NOT NULL REFERENCES template_account,
	name text NOT NULL CHECK (name ~ '^[a-z0-9_]+$' AND length(name) <= 512),
	language text NOT NULL CHECK (length(language) BETWEEN 2 AND 15),
	category smallint NOT NULL,
	previous_category smallint,
	next_category smallint,              -- the provider told that it will be that one
	state smallint NOT NULL DEFAULT 0,
	quality smallint NOT NULL DEFAULT 0,
	state_at timestamptz,                -- each as the provider dates it: what is older changes nothing
	category_at timestamptz,
	quality_at timestamptz,
	paused_until timestamptz,            -- as far as it is known
	reason text,                         -- why it is rejected, paused or disabled: the provider's word,
	advice text,                         -- and what it says beside it
	format text NOT NULL DEFAULT 'POSITIONAL',
	components jsonb NOT NULL DEFAULT '[]',      -- what it says and its samples, as the provider has them
	provider_id text,                    -- NULL: the provider has never had it
	listed_at timestamptz,               -- the list that had it last
	-- What is written here and was not submitted: {"category", "format", "components"}, and the header's sample.
	draft jsonb,
	draft_file_id bigint REFERENCES file,
	draft_file_name text,
	-- What is being asked of the provider, a row of the outbox ('submit', 'remove'); what it refused last.
	call_id bigint,
	call_at timestamptz,
	call_kind text,
	call_error text,
	created_at timestamptz NOT NULL DEFAULT now(),
	created_by bigint REFERENCES app_user,       -- NULL: it came with the list
	changed_at timestamptz NOT NULL DEFAULT now(),
	changed_by bigint REFERENCES app_user,
	submitted_at timestamptz,
	submitted_by bigint REFERENCES app_user,
	revision integer NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX template_name ON template (business, name, language) WHERE state <> 12;
CREATE INDEX template_call ON template (call_id) WHERE call_id IS NOT NULL;

-- All that became of each, by the trigger template_keep (sql/functions).
CREATE TABLE template_change (
	template_change_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	template_id bigint NOT NULL REFERENCES template,
	at timestamptz NOT NULL,             -- as the provider dates it
	noted_at timestamptz NOT NULL DEFAULT now(),
	what text NOT NULL,                  -- 'state', 'category', 'quality', 'components'
	before text,                         -- names of codes; NULL: there was none
	after text,
	reason text,
	advice text
);
CREATE INDEX template_change_template ON template_change (template_id, at);

INSERT INTO role_permission (role_id, permission)
SELECT role_id, 'template.manage' FROM role WHERE key = 'administrador' ON CONFLICT DO NOTHING;
