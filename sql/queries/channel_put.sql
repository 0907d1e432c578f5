-- A channel from a file, by its key: `ventanilla channel-put`, as the database's owner.

-- name: channel_put
INSERT INTO channel (messenger, key, name, bot_id, default_queue_id, settings)
SELECT $1, $2, $3, (SELECT bot_id FROM bot WHERE name = $4 AND deleted_at IS NULL), queue_id, $6::jsonb
FROM queue WHERE key = $5 AND deleted_at IS NULL
ON CONFLICT (key) DO UPDATE SET name = excluded.name, settings = channel.settings || excluded.settings,
	revision = channel.revision + 1
WHERE channel.messenger = excluded.messenger AND channel.deleted_at IS NULL
RETURNING channel_id

-- name: channel_put_operators
-- Whoever attends or oversees somewhere does so here too; an administrator narrows it later.
INSERT INTO user_channel (user_id, channel_id)
SELECT DISTINCT user_id, $1::bigint FROM user_queue
ON CONFLICT DO NOTHING
