-- Conversations in which nobody speaks.

-- name: silence_due
-- Those in which something may be due, with the rule they are under; silence_decide says what.
SELECT c.conversation_id, c.state, c.opened_at, c.assigned_at, c.last_contact_at, c.last_agent_at, c.silence_at,
	r.contact_warn_s, r.warn_text, r.contact_close_s, r.close_text, r.agent_warn_s, h.idle_close_s, h.messenger,
	coalesce(r.typification_id, 0) AS typification_id, k.name AS contact_name, k.cuit, q.name AS queue_name,
	h.name AS channel_name, u.display_name AS operator_name
FROM conversation c JOIN channel h ON h.channel_id = c.channel_id JOIN contact k ON k.contact_id = c.contact_id
	LEFT JOIN queue q ON q.queue_id = c.queue_id LEFT JOIN app_user u ON u.user_id = c.user_id AND c.state = 3
	JOIN silence_rule r ON r.silence_rule_id = coalesce((SELECT o.silence_rule_id FROM silence_rule o
			WHERE o.queue_id = c.queue_id AND o.own AND c.state = 3),
		(SELECT g.silence_rule_id FROM silence_rule g WHERE g.queue_id IS NULL))
WHERE c.state IN (1, 3) AND c.held_at IS NULL
	AND greatest(c.last_contact_at, c.last_agent_at, c.assigned_at, c.opened_at, c.resumed_at)
		< now() - make_interval(secs => least(nullif(r.contact_warn_s, 0), nullif(r.contact_close_s, 0),
			CASE WHEN c.state = 3 THEN nullif(r.agent_warn_s, 0) ELSE h.idle_close_s END))
	AND (c.state = 1 OR c.silence_at IS NULL OR r.contact_close_s > 0
		OR c.silence_at < greatest(c.last_contact_at, c.last_agent_at, c.assigned_at, c.resumed_at))
ORDER BY c.last_message_at LIMIT 1000

-- name: silence_mark
UPDATE conversation SET silence_at = $2 WHERE conversation_id = $1

-- name: silence_list
SELECT s.silence_rule_id, q.name, s.own, s.contact_warn_s, s.contact_close_s, s.agent_warn_s,
	(SELECT t.path FROM typification t WHERE t.typification_id = s.typification_id) AS typification
FROM silence_rule s LEFT JOIN queue q ON q.queue_id = s.queue_id
WHERE q.deleted_at IS NULL ORDER BY s.queue_id IS NOT NULL, lower(q.name)

-- name: silence_get
SELECT s.silence_rule_id, q.name, s.own, s.contact_warn_s, s.warn_text, s.contact_close_s, s.close_text,
	coalesce(s.typification_id, 0) AS typification_id, s.agent_warn_s, s.revision
FROM silence_rule s LEFT JOIN queue q ON q.queue_id = s.queue_id
WHERE s.silence_rule_id = $1::bigint AND q.deleted_at IS NULL

-- name: silence_typifications
-- Those that are offered, and the one it has.
SELECT t.typification_id, t.path, t.typification_id = s.typification_id AS chosen
FROM typification t LEFT JOIN silence_rule s ON s.silence_rule_id = $1::bigint
WHERE t.deleted_at IS NULL OR t.typification_id = s.typification_id
ORDER BY lower(t.path) LIMIT 2000

-- name: silence_snapshot
SELECT s.revision, jsonb_build_object('name', coalesce(q.name, ''), 'own', s.own, 'contact_warn_s', s.contact_warn_s,
	'warn_text', s.warn_text, 'contact_close_s', s.contact_close_s, 'close_text', s.close_text,
	'typification', (SELECT coalesce(max(t.path), '') FROM typification t WHERE t.typification_id = s.typification_id),
	'agent_warn_s', s.agent_warn_s) AS snapshot
FROM silence_rule s LEFT JOIN queue q ON q.queue_id = s.queue_id
WHERE s.silence_rule_id = $1::bigint AND q.deleted_at IS NULL

-- name: silence_update
UPDATE silence_rule SET own = $2::boolean OR queue_id IS NULL, contact_warn_s = $3, warn_text = $4, contact_close_s = $5,
	close_text = $6, typification_id = (SELECT t.typification_id FROM typification t
		WHERE t.typification_id = nullif($7::bigint, 0)), agent_warn_s = $8, revision = revision + 1
WHERE silence_rule_id = $1::bigint
