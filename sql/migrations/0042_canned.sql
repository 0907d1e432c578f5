-- Canned replies with a file, and stickers.

INSERT INTO code (list, value, name) VALUES ('canned_kind', 1, 'text'), ('canned_kind', 2, 'sticker');

ALTER TABLE canned_reply
	ADD kind smallint NOT NULL DEFAULT 1 CHECK (kind BETWEEN 1 AND 2),
	ADD file_id bigint REFERENCES file,
	ADD file_name text,
	ADD CHECK (kind <> 2 OR file_id IS NOT NULL);
CREATE UNIQUE INDEX canned_reply_shortcut ON canned_reply
	(kind, coalesce(user_id, 0), coalesce(queue_id, 0), lower(shortcut)) WHERE deleted_at IS NULL;
