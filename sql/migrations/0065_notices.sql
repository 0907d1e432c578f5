-- Notices stay for a while in a list of each person's own.
ALTER TABLE notice ADD own boolean NOT NULL DEFAULT false,       -- told as who has the case, not as one of its queue
	ADD read_at timestamptz;
UPDATE notice SET read_at = at;
CREATE INDEX notice_unread ON notice (user_id) WHERE read_at IS NULL;
