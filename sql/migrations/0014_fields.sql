-- What a role sees of a contact, field by field. No row: it sees it, and may export it.

INSERT INTO code (list, value, name) VALUES
	('field_shows', 0, 'hidden'), ('field_shows', 1, 'masked'), ('field_shows', 2, 'seen');

CREATE TABLE role_field (
	role_id bigint NOT NULL REFERENCES role,
	field text NOT NULL,                 -- a key of lib/people/field.def
	shows smallint NOT NULL CHECK (shows BETWEEN 0 AND 2),
	exports boolean NOT NULL,
	PRIMARY KEY (role_id, field)
);
