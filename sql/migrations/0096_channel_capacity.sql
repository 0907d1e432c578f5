-- How many cases of a channel somebody has at once, beside how many they have in all (app_user.capacity).

ALTER TABLE user_channel
	ADD capacity smallint NOT NULL DEFAULT 0 CHECK (capacity BETWEEN 0 AND 100);   -- 0: as many as they may have
CREATE INDEX conversation_held ON conversation (user_id, channel_id) WHERE state = 3;

-- Made anew with what it tells more (functions/operator_fit.sql).
DROP FUNCTION IF EXISTS operator_fit(bigint, bigint, bigint);
