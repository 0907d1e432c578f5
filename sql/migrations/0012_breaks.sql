-- Breaks as an agency arranges them: for whom, how long in a row, how many at once, what is seen.

INSERT INTO code (list, value, name) VALUES
	('break_shows', 0, 'none'), ('break_shows', 1, 'current'), ('break_shows', 2, 'accumulated'),
	('break_shows', 3, 'both'),
	('break_over', 0, 'count'), ('break_over', 1, 'return');

ALTER TABLE break_type
	ADD longest_s integer NOT NULL DEFAULT 0 CHECK (longest_s >= 0),   -- in a row; 0: no limit
	ADD everybody boolean NOT NULL DEFAULT true,
	ADD user_ids bigint[] NOT NULL DEFAULT '{}',    -- who may, when not everybody
	ADD by_oneself boolean NOT NULL DEFAULT true,   -- false: only supervision sends somebody
	ADD at_once integer NOT NULL DEFAULT 0 CHECK (at_once >= 0),       -- operators of a queue; 0: no limit
	ADD waiting_max integer NOT NULL DEFAULT 0 CHECK (waiting_max >= 0), -- refused while more wait; 0: never
	ADD shows smallint NOT NULL DEFAULT 3 CHECK (shows BETWEEN 0 AND 3),
	ADD over smallint NOT NULL DEFAULT 0 CHECK (over BETWEEN 0 AND 1);
CREATE UNIQUE INDEX break_type_name ON break_type (lower(name)) WHERE deleted_at IS NULL;
