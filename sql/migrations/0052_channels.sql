-- Channels as the administrator arranges them: names are told apart.

CREATE UNIQUE INDEX channel_name ON channel (messenger, lower(name)) WHERE deleted_at IS NULL;
