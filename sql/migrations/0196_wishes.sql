-- Whether people want what we send of our own accord, each time it was told: by their network, by a word of theirs, to
-- somebody of ours. What counts now stands in identity.opted_out_at and blocked_at.

INSERT INTO code (list, value, name) VALUES
	('wish', 1, 'opted_out'), ('wish', 2, 'opted_in'), ('wish', 3, 'blocked'), ('wish', 4, 'unblocked'),
	('wish_source', 1, 'network'), ('wish_source', 2, 'word'), ('wish_source', 3, 'person'), ('wish_source', 4, 'refused'),
	('purpose', 1, 'answer'), ('purpose', 2, 'transactional'), ('purpose', 3, 'notification'),
	('purpose', 4, 'institutional'), ('purpose', 5, 'marketing');

CREATE TABLE contact_wish (
	contact_wish_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	identity_id bigint NOT NULL REFERENCES identity,
	wish smallint NOT NULL,
	source smallint NOT NULL,
	said text,                           -- the word that they wrote; how they asked somebody of ours
	user_version_id bigint,              -- whom of ours they asked
	at timestamptz NOT NULL              -- as their network says, where it does
);
CREATE INDEX contact_wish_identity ON contact_wish (identity_id, at DESC);

-- What was told before this table was.
INSERT INTO contact_wish (identity_id, wish, source, at)
SELECT identity_id, 1, 1, opted_out_at FROM identity WHERE opted_out_at IS NOT NULL
UNION ALL SELECT identity_id, 3, 1, blocked_at FROM identity WHERE blocked_at IS NOT NULL;

INSERT INTO role_permission (role_id, permission)
SELECT r.role_id, 'contact.wish' FROM role r
WHERE r.key IN ('operador', 'operador_saliente', 'supervisor', 'supervisor_saliente');
