-- Files are looked at by the antivirus, where one is set (antivirus.address): each once, its verdict with it. Until then,
-- and for good where it found something, nobody opens them.
ALTER TABLE file
	ADD scan_state smallint NOT NULL DEFAULT 0,       -- list scan_state
	ADD scan_due_at timestamptz,                      -- waiting: not before then
	ADD scan_attempts smallint NOT NULL DEFAULT 0,    -- that the antivirus did not bring to an end
	ADD scanned_at timestamptz,
	ADD virus text,                                   -- the signature's name
	ADD virus_told_at timestamptz,
	ADD usable boolean NOT NULL GENERATED ALWAYS AS (scan_state IN (0, 2)) STORED;
CREATE INDEX file_scan ON file (scan_state, scan_due_at) WHERE scan_state IN (1, 4);
CREATE INDEX file_virus ON file (file_id) WHERE scan_state = 3 AND virus_told_at IS NULL;
CREATE INDEX attachment_file ON attachment (file_id);

INSERT INTO code (list, value, name) VALUES
	('scan_state', 0, 'none'), ('scan_state', 1, 'waiting'), ('scan_state', 2, 'clean'), ('scan_state', 3, 'infected'),
	('scan_state', 4, 'too_large');

-- How the antivirus does, in one row; and the test that somebody asked for at the settings.
CREATE TABLE scan_health (
	one boolean PRIMARY KEY DEFAULT true CHECK (one),
	down_since timestamptz,
	reason text,
	told boolean NOT NULL DEFAULT false,
	asked_at timestamptz,
	answered_at timestamptz,
	answer text                          -- found, not_found, or why there was none
) WITH (fillfactor = 50);
INSERT INTO scan_health DEFAULT VALUES;
