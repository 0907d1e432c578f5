-- name: webchat_channel
-- The channel of a public key.
SELECT c.channel_id, c.name, c.settings::text AS settings
FROM channel c
WHERE c.key = $1 AND c.messenger = 1 AND c.enabled AND c.deleted_at IS NULL

-- name: webchat_start
-- A visitor and their opening of the chat, unless this address (IPv6: this /64) made too many in
-- the last hour. A repeat finds its token taken and changes nothing.
WITH h AS (
	SELECT channel_id, coalesce((settings->>'starts_per_address')::integer, 600) AS quota
	FROM channel WHERE key = $1 AND messenger = 1 AND enabled AND deleted_at IS NULL
), a AS (
	SELECT nullif($3, '')::inet AS address, CASE family(nullif($3, '')::inet)
		WHEN 6 THEN set_masklen(nullif($3, '')::inet, 64) ELSE nullif($3, '')::inet END AS network
), n AS (
	SELECT count(*) AS started FROM (
		SELECT 1 FROM visitor o, a, h
		WHERE o.address BETWEEN host(network(a.network))::inet AND host(broadcast(a.network))::inet
			AND o.created_at > now() - interval '1 hour'
		LIMIT (SELECT quota FROM h)) o
), v AS (
	INSERT INTO visitor (channel_id, token_hash, name, address, user_agent, page_url)
	SELECT h.channel_id, $2, $4, a.address, left($5, 300), left($6, 500)
	FROM h, a, n WHERE h.quota = 0 OR n.started < h.quota
	ON CONFLICT (token_hash) DO NOTHING
	RETURNING visitor_id, channel_id
), e AS (
	SELECT v.*, nextval('inbound_inbound_id_seq') AS inbound_id, clock_timestamp() AS at FROM v
), i AS (
	INSERT INTO inbound (inbound_id, received_at, channel_id, raw) OVERRIDING SYSTEM VALUE
	SELECT inbound_id, at, channel_id, '{"v":' || visitor_id || ',' || $7 FROM e
), q AS (
	INSERT INTO inbound_queue (lane, inbound_id, received_at)
	SELECT visitor_id % 2, inbound_id, at FROM e
)
SELECT v.visitor_id, v.visitor_id % 2 AS lane,
	EXISTS (SELECT 1 FROM visitor o WHERE o.token_hash = $2)
		OR h.quota = 0 OR n.started < h.quota AS allowed
FROM h CROSS JOIN n LEFT JOIN v ON true

-- name: webchat_post
-- What a visitor did, on record and in the queue: one statement, durable when answered. The id is
-- drawn first: this program may write inbound and not read it back.
WITH e AS (
	SELECT visitor_id, channel_id, nextval('inbound_inbound_id_seq') AS inbound_id,
		clock_timestamp() AS at
	FROM visitor WHERE token_hash = $1
), i AS (
	INSERT INTO inbound (inbound_id, received_at, channel_id, raw) OVERRIDING SYSTEM VALUE
	SELECT inbound_id, at, channel_id, '{"v":' || visitor_id || ',' || $2 FROM e
), q AS (
	INSERT INTO inbound_queue (lane, inbound_id, received_at)
	SELECT visitor_id % 2, inbound_id, at FROM e
)
SELECT visitor_id % 2 AS lane FROM e

-- name: webchat_seen
-- Only what raises a watermark of the visitor's open conversation goes in.
WITH v AS (
	SELECT visitor_id, channel_id FROM visitor WHERE token_hash = $1
), e AS (
	SELECT v.*, nextval('inbound_inbound_id_seq') AS inbound_id, clock_timestamp() AS at
	FROM v JOIN conversation c ON c.visitor_id = v.visitor_id
		AND c.state <> 4 AND c.conversation_id = $2
		AND (c.contact_delivered_seq < least($3, c.seq) OR c.contact_read_seq < least($4, c.seq))
), i AS (
	INSERT INTO inbound (inbound_id, received_at, channel_id, raw) OVERRIDING SYSTEM VALUE
	SELECT inbound_id, at, channel_id, '{"v":' || visitor_id || ',' || $5 FROM e
), q AS (
	INSERT INTO inbound_queue (lane, inbound_id, received_at)
	SELECT visitor_id % 2, inbound_id, at FROM e
)
SELECT v.visitor_id % 2 AS lane, EXISTS (SELECT 1 FROM e) AS raised FROM v

-- name: webchat_visitor
-- Whose token this is, what they have open, and how many files they sent there in the last hour.
SELECT v.visitor_id, c.conversation_id, c.state,
	coalesce((h.settings->>'files_per_hour')::integer, 60) AS files_per_hour,
	(SELECT count(*) FROM attachment a WHERE a.conversation_id = c.conversation_id
		AND a.created_at > now() - interval '1 hour') AS files
FROM visitor v JOIN channel h ON h.channel_id = v.channel_id
	LEFT JOIN conversation c ON c.visitor_id = v.visitor_id AND c.state <> 4
WHERE v.token_hash = $1

-- name: webchat_thread
-- The visitor's conversation and what they may see of it after a seq: the open one, else the one
-- their page knows, else their last. Notes, supervisors' words and internal events stay inside.
-- The snapshot is the statement's own: the cursor of the next poll.
WITH v AS MATERIALIZED (
	SELECT visitor_id, contact_id FROM visitor WHERE token_hash = $1
), c AS MATERIALIZED (
	SELECT x.* FROM v, LATERAL (
		SELECT * FROM conversation WHERE visitor_id = v.visitor_id AND state <> 4
		UNION ALL
		SELECT * FROM conversation
		WHERE conversation_id = $2 AND visitor_id = v.visitor_id AND state = 4
		UNION ALL
		(SELECT * FROM conversation
		WHERE contact_id = v.contact_id AND visitor_id = v.visitor_id AND state = 4
		ORDER BY opened_at DESC LIMIT 1)
	) x ORDER BY x.state <> 4 DESC, x.opened_at DESC LIMIT 1
), sees AS MATERIALIZED (
	SELECT contact_sees_operator() AS operator
)
SELECT pg_current_snapshot()::text AS cursor, v.visitor_id, c.conversation_id, c.state,
	c.seq AS last_seq, c.agent_delivered_seq, c.agent_read_seq, c.contact_read_seq,
	CASE WHEN sees.operator THEN u.display_name END AS agent, m.seq, m.created_at, m.author, m.kind, m.provider_id,
	CASE WHEN m.revision IS NULL THEN m.body ELSE coalesce(m.revised, '') END AS body,
	m.revision IS NOT NULL AND m.revised IS NULL AS deleted, m.revised IS NOT NULL AS edited,
	CASE WHEN sees.operator THEN m.data ELSE m.data - 'agent' END::text AS data,
	CASE WHEN m.data ? 'file' THEN files_held(m.data) END::text AS held,
	CASE WHEN sees.operator THEN w.display_name END AS author_name
FROM v CROSS JOIN sees LEFT JOIN c ON true
	LEFT JOIN app_user u ON u.user_id = c.user_id
	LEFT JOIN LATERAL (
		WITH r AS (
			SELECT DISTINCT ON (v.seq) v.seq, v.revision, v.body FROM message_revision v
			WHERE v.conversation_id = c.conversation_id ORDER BY v.seq, v.revision DESC
		), said AS (
			(SELECT * FROM message
			WHERE conversation_id = c.conversation_id
				AND seq > CASE WHEN c.conversation_id = $2 THEN $3::integer ELSE 0 END
				AND created_at >= c.opened_at - interval '1 hour'
				AND created_at <= coalesce(c.closed_at, now()) + interval '1 hour'
				AND (author IN (1, 2, 3, 6) AND kind <> 4
					OR kind = 4 AND data->>'event' IN ('assigned', 'closed'))
			ORDER BY seq DESC LIMIT 500)
			UNION ALL
			-- What the page has as it was before.
			SELECT o.* FROM r JOIN message o ON o.conversation_id = c.conversation_id AND o.seq = r.seq
				AND o.created_at >= c.opened_at - interval '1 hour'
			WHERE c.conversation_id = $2 AND r.seq <= $3
			UNION ALL
			-- What the antivirus has just let through, or not.
			SELECT o.* FROM (SELECT DISTINCT a.seq FROM attachment a JOIN file f ON f.file_id = a.file_id
					AND f.scanned_at > now() - interval '5 minutes'
				WHERE a.conversation_id = c.conversation_id AND a.seq <= $3) h
				JOIN message o ON o.conversation_id = c.conversation_id AND o.seq = h.seq
					AND o.created_at >= c.opened_at - interval '1 hour' AND o.author IN (1, 2, 3, 6)
			WHERE c.conversation_id = $2 AND NOT EXISTS (SELECT 1 FROM r WHERE r.seq = h.seq)
		)
		SELECT said.*, r.revision, r.body AS revised FROM said LEFT JOIN r ON r.seq = said.seq
	) m ON true
	LEFT JOIN user_version w ON w.user_version_id = m.user_version_id
ORDER BY m.seq

-- name: webchat_file
SELECT f.sha256, f.media_type, a.name FROM attachment a JOIN file f ON f.file_id = a.file_id
WHERE a.attachment_id = $1 AND f.usable

-- name: webchat_popout
UPDATE visitor SET popout_hash = $2, popout_expires_at = now() + interval '60 seconds'
WHERE token_hash = $1

-- name: webchat_popin
UPDATE visitor SET popout_hash = NULL, popout_expires_at = NULL
WHERE token_hash = $1 AND popout_hash = $2 AND popout_expires_at > now()
