-- name: hooks_alive
SELECT 1 AS alive

-- name: hooks_channel
-- The line of an address, with what verifies its calls.
SELECT h.channel_id, h.messenger, h.account, h.business, coalesce((SELECT jsonb_object_agg(s.name, s.value)
	FROM channel_verify_secret s WHERE s.channel_id = h.channel_id), '{}')::text AS secrets
FROM channel h WHERE h.key = $1::text AND h.enabled AND h.deleted_at IS NULL

-- name: hooks_account
-- Another line of the same network that a call is for.
SELECT h.channel_id, h.messenger, h.account, h.business, coalesce((SELECT jsonb_object_agg(s.name, s.value)
	FROM channel_verify_secret s WHERE s.channel_id = h.channel_id), '{}')::text AS secrets
FROM channel h WHERE h.messenger = $1::smallint AND (h.account = $2::text OR h.business = $2) AND h.enabled
	AND h.deleted_at IS NULL
ORDER BY h.account IS NOT DISTINCT FROM $2 DESC, h.channel_id LIMIT 1

-- name: hooks_store
-- What came, on record and in the queue: one statement, durable when answered.
WITH e AS (
	SELECT channel_id, lane, raw, nextval('inbound_inbound_id_seq') AS inbound_id, clock_timestamp() AS at
	FROM unnest($1::bigint[], $2::bigint[], $3::text[]) WITH ORDINALITY p (channel_id, lane, raw, n) ORDER BY n
), i AS (
	INSERT INTO inbound (inbound_id, received_at, channel_id, raw) OVERRIDING SYSTEM VALUE
	SELECT inbound_id, at, channel_id, raw FROM e
)
INSERT INTO inbound_queue (lane, inbound_id, received_at) SELECT lane, inbound_id, at FROM e
