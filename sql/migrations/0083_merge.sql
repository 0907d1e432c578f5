-- Duplicates of a contact: one is kept, the other's conversations, identities and notes go to it; what went is on
-- record, so that a split gives it back.

CREATE TABLE contact_merge (
	contact_merge_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	into_id bigint NOT NULL REFERENCES contact,
	from_id bigint NOT NULL REFERENCES contact CHECK (from_id <> into_id),
	merged_at timestamptz NOT NULL DEFAULT now(),
	merged_by bigint NOT NULL,           -- version of who did
	identity_ids bigint[] NOT NULL,
	visitor_ids bigint[] NOT NULL,
	conversation_ids bigint[] NOT NULL,
	note_ids bigint[] NOT NULL,
	unheard_ids bigint[] NOT NULL,
	field_ids bigint[] NOT NULL,         -- of the agency's own fields, those that the kept one had not
	had jsonb NOT NULL,                  -- what the kept one had where it took the other's
	split_at timestamptz,
	split_by bigint
);
CREATE UNIQUE INDEX contact_merge_from ON contact_merge (from_id) WHERE split_at IS NULL;
CREATE INDEX contact_merge_into ON contact_merge (into_id) WHERE split_at IS NULL;

-- Proposals: the same address, the same telephone by its last eight digits.
CREATE INDEX contact_email ON contact (lower(email)) WHERE email IS NOT NULL AND merged_into IS NULL;
CREATE INDEX contact_phone ON contact (right(regexp_replace(phone, '[^0-9]', '', 'g'), 8))
	WHERE phone IS NOT NULL AND merged_into IS NULL;
CREATE INDEX visitor_contact ON visitor (contact_id) WHERE contact_id IS NOT NULL;

INSERT INTO role_permission (role_id, permission)
SELECT role_id, 'contact.merge' FROM role WHERE key IN ('operador', 'operador_saliente', 'supervisor', 'supervisor_saliente');
