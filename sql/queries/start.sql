-- The first steps of an agency: what is there and what is missing.

-- name: start_state
-- The queue is the first that there is, the channel its webchat or the first one.
SELECT EXISTS (SELECT 1 FROM setting WHERE key = 'agency.name') AS agency, coalesce(q.queue_id, 0) AS queue_id,
	q.name AS queue_name, coalesce(r.hours_rule_id, 0) AS hours_rule_id, coalesce(r.revision, 0) AS hours_revision,
	coalesce(c.channel_id, 0) AS channel_id, c.key AS channel_key, c.name AS channel_name,
	(SELECT count(DISTINCT u.user_id) FROM app_user u JOIN user_queue uq ON uq.user_id = u.user_id AND uq.queue_id = q.queue_id
		JOIN user_channel uc ON uc.user_id = u.user_id AND uc.channel_id = c.channel_id
		WHERE u.attends AND u.enabled AND u.deleted_at IS NULL) AS operators,
	coalesce((SELECT role_id FROM role WHERE key = 'operador' AND deleted_at IS NULL), 0) AS role_id,
	(SELECT coalesce(sum(revision), 0)::bigint FROM setting) AS settings_revision
FROM (SELECT 1) one
	LEFT JOIN LATERAL (SELECT queue_id, name FROM queue WHERE deleted_at IS NULL ORDER BY queue_id LIMIT 1) q ON true
	LEFT JOIN hours_rule r ON r.queue_id = q.queue_id
	LEFT JOIN LATERAL (SELECT channel_id, key, name FROM channel WHERE messenger = 1 AND deleted_at IS NULL
		ORDER BY default_queue_id <> q.queue_id, channel_id LIMIT 1) c ON true

-- name: start_needed
-- Nobody can write to an agency without a channel.
SELECT NOT EXISTS (SELECT 1 FROM channel WHERE deleted_at IS NULL) AS needed

-- name: start_webchat
SELECT webchat_make($2, $3::jsonb, $4, $5::bigint, nullif($6::bigint, 0)) AS channel_id WHERE $1::bigint = 0

-- name: start_channel_snapshot
SELECT c.revision, jsonb_build_object('name', c.name, 'key', c.key, 'sites', coalesce(c.settings->'origins', '[]'),
	'queue', q.name) AS snapshot
FROM channel c JOIN queue q ON q.queue_id = c.default_queue_id
WHERE c.channel_id = $1::bigint AND c.deleted_at IS NULL
