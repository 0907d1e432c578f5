-- name: send_claim
-- The first of each conversation that is not out yet, so that the order holds: what waits for its
-- time, or is out, blocks what comes after it. Looks at the first thousand.
WITH head AS (
	SELECT q.outbox_id, q.created_at, q.due_at, q.claimed_at,
		row_number() OVER (PARTITION BY coalesce(o.conversation_id, -q.outbox_id)
			ORDER BY q.outbox_id) AS place
	FROM (SELECT * FROM outbox_queue WHERE lane = $1 ORDER BY outbox_id LIMIT 1000) q
		JOIN outbox o ON o.outbox_id = q.outbox_id AND o.created_at = q.created_at
), pick AS (
	SELECT outbox_id, created_at FROM head
	WHERE place = 1 AND claimed_at IS NULL AND due_at <= now() ORDER BY outbox_id LIMIT $2
), claimed AS (
	UPDATE outbox_queue q SET claimed_at = now(), attempts = attempts + 1 FROM pick
	WHERE q.lane = $1 AND q.outbox_id = pick.outbox_id
	RETURNING q.outbox_id, q.created_at, q.attempts
)
UPDATE outbox o SET state = 1, state_at = now()
FROM claimed c LEFT JOIN LATERAL (
	SELECT h.channel_id, h.messenger, h.settings::text AS settings
	FROM outbox x JOIN channel h ON h.channel_id = x.channel_id
	WHERE x.outbox_id = c.outbox_id AND x.created_at = c.created_at) h ON true
WHERE o.outbox_id = c.outbox_id AND o.created_at = c.created_at
RETURNING o.outbox_id, o.created_at, o.channel_id, o.conversation_id, o.kind, o.payload::text AS payload,
	c.attempts, h.messenger, h.settings

-- name: send_secrets
SELECT channel_id, name, value FROM channel_send_secret WHERE channel_id = ANY ($1::bigint[])

-- name: send_permitted
-- Inner addresses that an administrator permits (lib/net/guard.h).
SELECT value #>> '{}' AS list FROM setting WHERE key = 'http_permitted'

-- name: send_done
-- Sent, refused or unknown: out of the queue, the state stays.
WITH q AS (DELETE FROM outbox_queue WHERE lane = $1 AND outbox_id = $2)
UPDATE outbox SET state = $4, provider_id = $5, error = $6, state_at = now()
WHERE outbox_id = $2 AND created_at = $3

-- name: send_later
WITH q AS (
	UPDATE outbox_queue SET claimed_at = NULL, due_at = now() + make_interval(secs => $4)
	WHERE lane = $1 AND outbox_id = $2
)
UPDATE outbox SET state = 0, error = $5, state_at = now() WHERE outbox_id = $2 AND created_at = $3

-- name: send_lost
-- Claimed by a shift that did not come back: nobody knows whether they went out. Never sent again
-- blindly; a delivery report or a person settles them.
WITH q AS (
	DELETE FROM outbox_queue WHERE lane = $1 AND claimed_at IS NOT NULL RETURNING outbox_id, created_at
)
UPDATE outbox o SET state = 6, state_at = now(), error = 'the worker was lost while sending'
FROM q WHERE o.outbox_id = q.outbox_id AND o.created_at = q.created_at
RETURNING o.outbox_id, o.conversation_id
