-- name: outbox_insert
WITH o AS (
	INSERT INTO outbox (channel_id, conversation_id, seq, kind, payload) VALUES ($1, $2, $3, $4, $5)
	RETURNING outbox_id, created_at
)
INSERT INTO outbox_queue (lane, outbox_id, created_at) SELECT 0, outbox_id, created_at FROM o
