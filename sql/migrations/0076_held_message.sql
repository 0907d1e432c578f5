-- What an operator sent and may still undo: it waits here and becomes a message when its time has passed, whatever
-- becomes of their browser. What was said or undone is removed after a day (partition_maintain).

CREATE TABLE held_message (
	held_message_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	conversation_id bigint NOT NULL,
	user_id bigint NOT NULL REFERENCES app_user,
	user_version_id bigint NOT NULL,
	once text NOT NULL,                  -- the client's id of it, as the message will have it
	body text NOT NULL,
	quote jsonb,                         -- what it answers, as in message.data
	canned_reply_id bigint,
	file_id bigint REFERENCES file,
	file_name text,
	sticker boolean NOT NULL DEFAULT false,
	created_at timestamptz NOT NULL,
	due_at timestamptz NOT NULL,
	said_at timestamptz,
	undone_at timestamptz,
	refused_at timestamptz               -- the conversation was over before its time came
) WITH (fillfactor = 70);
CREATE INDEX held_message_due ON held_message (due_at)
	WHERE said_at IS NULL AND undone_at IS NULL AND refused_at IS NULL;
CREATE INDEX held_message_open ON held_message (conversation_id) WHERE said_at IS NULL AND undone_at IS NULL;
