-- The internal chat: a room for each operator, with the supervision of their queues. On record like everything said.

CREATE TABLE chat_message (
	chat_message_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	operator_id bigint NOT NULL REFERENCES app_user,    -- whose room
	user_id bigint NOT NULL REFERENCES app_user,        -- who says it
	user_version_id bigint NOT NULL REFERENCES user_version,
	body text NOT NULL CHECK (length(body) BETWEEN 1 AND 4096),
	created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX chat_message_room ON chat_message (operator_id, chat_message_id);
CREATE INDEX chat_message_words ON chat_message USING gin (to_tsvector('spanish', body));

-- How far each has read in each room; only rises.
CREATE TABLE chat_read (
	user_id bigint NOT NULL REFERENCES app_user,
	operator_id bigint NOT NULL REFERENCES app_user,
	last_id bigint NOT NULL,
	PRIMARY KEY (user_id, operator_id)
);

INSERT INTO role_permission (role_id, permission)
SELECT DISTINCT role_id, 'chat.use' FROM role_permission WHERE permission IN ('desk.attend', 'conversation.supervise');
