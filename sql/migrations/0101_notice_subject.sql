-- What is said about one thing (an internal chat, a case's whispers) is one notice until it is read: its latest words, and
-- how many they were.
ALTER TABLE notice ADD subject text,                   -- NULL: stands alone
	ADD said_count integer NOT NULL DEFAULT 1 CHECK (said_count > 0);
CREATE UNIQUE INDEX notice_subject ON notice (user_id, subject) WHERE read_at IS NULL;
