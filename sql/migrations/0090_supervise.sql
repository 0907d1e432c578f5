-- What supervision says to several operators at once: a message in the room of each.
CREATE TABLE chat_broadcast (
	chat_broadcast_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	user_id bigint NOT NULL REFERENCES app_user,        -- who says it
	created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX chat_broadcast_user ON chat_broadcast (user_id, chat_broadcast_id);
ALTER TABLE chat_message ADD chat_broadcast_id bigint REFERENCES chat_broadcast;
CREATE INDEX chat_message_broadcast ON chat_message (chat_broadcast_id) WHERE chat_broadcast_id IS NOT NULL;
-- What was said by somebody to this room alone orders the rooms of supervision.
CREATE INDEX chat_message_own ON chat_message (operator_id, chat_message_id) WHERE chat_broadcast_id IS NULL;

-- The lists of supervision leave as files too.
INSERT INTO export_rule (role_id, dataset, formats, reason_required)
SELECT DISTINCT p.role_id, d.dataset, '{csv,xlsx}'::text[], true
FROM role_permission p CROSS JOIN (VALUES ('agent'), ('board')) d (dataset)
WHERE p.permission = 'board.view' ON CONFLICT DO NOTHING;
