-- Opening hours: what the evaluator reads, and what administrators change.

-- name: hours_rules
-- All, or those of one channel.
SELECT hours_rule_id, coalesce(channel_id, 0) AS channel_id, coalesce(queue_id, 0) AS queue_id,
	coalesce(bot_id, 0) AS bot_id, closes_on, closed_action, closed_text, holiday_action, holiday_text,
	absent_action, absent_text
FROM hours_rule WHERE $1::bigint = 0 OR channel_id = $1

-- name: hours_spans
SELECT coalesce(channel_id, 0) AS channel_id, coalesce(queue_id, 0) AS queue_id, coalesce(bot_id, 0) AS bot_id,
	weekday, from_minute, to_minute
FROM hours_span WHERE $1::bigint = 0 OR channel_id = $1
ORDER BY weekday, from_minute

-- name: hours_days
-- Holidays and exceptions; day as the number yyyymmdd.
SELECT to_char(h.day, 'YYYYMMDD')::bigint AS day, h.name, h.kind, h.spans, coalesce(r.channel_id, 0) AS channel_id,
	coalesce(r.queue_id, 0) AS queue_id, coalesce(r.bot_id, 0) AS bot_id
FROM holiday h LEFT JOIN hours_rule r ON r.hours_rule_id = h.hours_rule_id
WHERE h.deleted_at IS NULL AND ($1::bigint = 0 OR h.hours_rule_id IS NULL OR r.channel_id = $1)
ORDER BY h.day, h.holiday_id

-- name: hours_present
-- Does anybody attend that queue and channel now? Those on a break do not; those whom we could not hear do.
SELECT EXISTS (SELECT 1 FROM agent_state a
	JOIN app_user u ON u.user_id = a.user_id AND u.attends AND u.enabled AND u.deleted_at IS NULL
	JOIN user_queue q ON q.user_id = a.user_id AND q.queue_id = $1::bigint
	JOIN user_channel c ON c.user_id = a.user_id AND c.channel_id = $2::bigint
	WHERE a.state = 1 AND greatest(a.heartbeat_at, (SELECT presence_since())) > now() - interval '2 minutes') AS present
