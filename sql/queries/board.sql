-- The supervisor's board: every conversation of the viewer's queues from the bot to its end today.

-- name: board
-- One row per card, at most $4 a lane; total counts the whole lane. A bot's conversation has no
-- queue yet and is everybody's who supervises. Waiting: longest wait first. Active: longest silence
-- first. In the bot: longest there first. Closed today: latest first.
WITH day AS (
	SELECT date_trunc('day', now() AT TIME ZONE 'America/Argentina/Buenos_Aires')
		AT TIME ZONE 'America/Argentina/Buenos_Aires' AS start
), seen AS (
	SELECT c.* FROM conversation c WHERE c.state <> 4
	UNION ALL
	SELECT c.* FROM conversation c, day WHERE c.closed_at >= day.start
), ordered AS (
	SELECT s.*, count(*) OVER (PARTITION BY s.state) AS total,
		row_number() OVER (PARTITION BY s.state ORDER BY
			CASE s.state WHEN 2 THEN s.requested_at WHEN 1 THEN s.opened_at
				WHEN 3 THEN greatest(s.last_contact_at, s.last_agent_at, s.assigned_at) END,
			s.closed_at DESC, s.conversation_id) AS place
	FROM seen s
	WHERE $3::boolean OR ($2::boolean AND (s.queue_id IS NULL
		OR s.queue_id IN (SELECT q.queue_id FROM user_queue q WHERE q.user_id = $1::bigint)))
)
SELECT o.conversation_id, o.state, o.total, o.contact_id, o.opened_at, o.requested_at, o.closed_at,
	greatest(o.last_contact_at, o.last_agent_at, o.assigned_at) AS last_side_at,
	coalesce(o.last_contact_at > o.last_agent_at, o.last_agent_at IS NULL) AS contact_waits,
	o.closed_by, o.last_message_at, o.last_message_preview, k.name AS contact_name, h.messenger,
	q.name AS queue_name, q.service_level_s, u.name AS user_name, b.name AS bot_name,
	coalesce(v.last_seen_at > now() - make_interval(secs => h.heartbeat_lost_s), true) AS online
FROM ordered o
	JOIN contact k ON k.contact_id = o.contact_id
	JOIN channel h ON h.channel_id = o.channel_id
	LEFT JOIN queue q ON q.queue_id = o.queue_id
	LEFT JOIN app_user u ON u.user_id = o.user_id
	LEFT JOIN bot_version w ON w.bot_version_id = o.bot_version_id
	LEFT JOIN bot b ON b.bot_id = w.bot_id
	LEFT JOIN visitor v ON v.visitor_id = o.visitor_id
WHERE o.place <= $4::bigint
ORDER BY o.state, o.place
