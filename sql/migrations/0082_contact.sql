-- Contacts as people keep them: edited by whoever may, with notes, fields of the agency's own, and blocks.

INSERT INTO code (list, value, name) VALUES
	('contact_field_kind', 1, 'text'), ('contact_field_kind', 2, 'number'), ('contact_field_kind', 3, 'date'),
	('contact_field_kind', 4, 'list'), ('contact_field_kind', 5, 'yes_no');

ALTER TABLE contact
	ADD revision integer NOT NULL DEFAULT 1,
	ADD blocked_until timestamptz,       -- 'infinity': until somebody lifts it; past or NULL: not blocked
	ADD blocked_reason text,
	ADD blocked_by bigint;               -- version of who did

CREATE TABLE contact_note (
	contact_note_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	contact_id bigint NOT NULL REFERENCES contact,
	user_id bigint NOT NULL REFERENCES app_user,
	user_version_id bigint NOT NULL,
	body text NOT NULL,
	created_at timestamptz NOT NULL DEFAULT now(),
	edited_at timestamptz,
	deleted_at timestamptz
);
CREATE INDEX contact_note_contact ON contact_note (contact_id, created_at DESC) WHERE deleted_at IS NULL;

-- Fields of the agency's own; what a role sees of one is in role_field under 'x<contact_field_id>'.
CREATE TABLE contact_field (
	contact_field_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	name text NOT NULL CHECK (length(name) BETWEEN 1 AND 60),
	kind smallint NOT NULL CHECK (kind BETWEEN 1 AND 5),
	options text[] NOT NULL DEFAULT '{}',      -- of a list
	required boolean NOT NULL DEFAULT false,
	position integer NOT NULL DEFAULT 0,
	revision integer NOT NULL DEFAULT 1,
	deleted_at timestamptz
);
CREATE UNIQUE INDEX contact_field_name ON contact_field (lower(name)) WHERE deleted_at IS NULL;

-- As written: a number without separators, a date as 2026-06-09, yes_no as 1 or 0.
CREATE TABLE contact_value (
	contact_id bigint NOT NULL REFERENCES contact,
	contact_field_id bigint NOT NULL REFERENCES contact_field,
	value text,
	PRIMARY KEY (contact_id, contact_field_id)
);

-- What a blocked contact wrote: kept, shown to who looks, answered by nobody.
CREATE TABLE contact_unheard (
	contact_unheard_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	contact_id bigint NOT NULL REFERENCES contact,
	channel_id bigint NOT NULL REFERENCES channel,
	received_at timestamptz NOT NULL,
	body text NOT NULL,
	file_id bigint REFERENCES file,
	file_name text
);
CREATE INDEX contact_unheard_contact ON contact_unheard (contact_id, received_at DESC);

INSERT INTO role_permission (role_id, permission)
SELECT r.role_id, p.permission FROM (VALUES
	('operador', 'contact.edit'), ('operador_saliente', 'contact.edit'), ('supervisor', 'contact.edit'),
	('supervisor_saliente', 'contact.edit'), ('supervisor', 'contact.block'), ('supervisor_saliente', 'contact.block'),
	('administrador', 'contact.fields')
) p (role, permission) JOIN role r ON r.key = p.role;
