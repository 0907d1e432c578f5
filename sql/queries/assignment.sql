-- Who had a case, and why they got it.

-- name: assignment_list
-- Latest first; one row without an assignment when there was none; no row: not there, or not for this viewer.
SELECT a.assignment_seq, a.user_id, v.name AS user_name, q.name AS queue_name, a.queue_id, a.assigned_at, a.ended_at, a.outcome,
	a.reason, (SELECT jsonb_object_agg(u.user_id, u.name) FROM jsonb_array_elements(a.reason->'others') o
		JOIN app_user u ON u.user_id = (o->>0)::bigint) AS names, k.name AS contact_name, k.contact_id
FROM (SELECT conversation_access($1::bigint, $2::boolean, $3::boolean, $4::bigint) AS access) x
	JOIN conversation c ON c.conversation_id = $4 AND x.access > 0
	JOIN contact k ON k.contact_id = c.contact_id
	LEFT JOIN assignment a ON a.conversation_id = c.conversation_id
	LEFT JOIN user_version v ON v.user_version_id = a.user_version_id
	LEFT JOIN queue q ON q.queue_id = a.queue_id
ORDER BY a.assignment_seq DESC LIMIT 50
