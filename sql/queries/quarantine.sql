-- What intake could not take in, and could be tried again.

-- name: quarantine_list
SELECT p.inbound_id, p.at, p.received_at, p.lane, p.sqlstate, p.error, left(p.raw, 2000) AS raw,
	length(p.raw) AS size, h.name AS channel_name
FROM inbound_poison p LEFT JOIN channel h ON h.channel_id = p.channel_id
WHERE p.repeated_at IS NULL ORDER BY p.inbound_id LIMIT 100

-- name: quarantine_repeat
-- Back into its lane; the row stays, marked. Nothing when somebody was faster.
WITH p AS (
	UPDATE inbound_poison SET repeated_at = now(), repeated_by = $2::bigint
	WHERE inbound_id = $1::bigint AND repeated_at IS NULL
	RETURNING lane, inbound_id, received_at
)
INSERT INTO inbound_queue (lane, inbound_id, received_at) SELECT lane, inbound_id, received_at FROM p
RETURNING lane
