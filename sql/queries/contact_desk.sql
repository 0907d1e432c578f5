-- A contact as the desk shows and edits it.

-- name: contact_panel
-- All that stands beside a conversation about its contact. Lists are JSON, oldest or first first.
SELECT k.contact_id, k.revision, k.blocked_until > now() AS blocked, nullif(k.blocked_until, 'infinity') AS blocked_until,
	k.blocked_reason, (SELECT v.name FROM user_version v WHERE v.user_version_id = k.blocked_by) AS blocked_by,
	(SELECT count(*) FROM contact_unheard h WHERE h.contact_id = k.contact_id) AS unheard,
	-- Of the names somebody has on one line those that people read; else one.
	(SELECT jsonb_agg(jsonb_build_object('messenger', i.messenger, 'channel', i.name, 'kind', i.kind, 'value', i.value)
			ORDER BY i.identity_id)
		FROM (SELECT h.messenger, h.name, i.identity_id, i.kind, i.value, min(i.identity_id) OVER w AS first,
				bool_or(i.kind IN ('phone', 'email')) OVER w AS readable
			FROM identity i JOIN channel h ON h.channel_id = i.channel_id WHERE i.contact_id = k.contact_id
			WINDOW w AS (PARTITION BY i.channel_id)) i
		WHERE CASE WHEN i.readable THEN i.kind IN ('phone', 'email') ELSE i.identity_id = i.first END) AS identities,
	(SELECT jsonb_agg(jsonb_build_object('messenger', w.messenger, 'channel', w.name, 'count', w.count)) FROM (
		SELECT h.messenger, h.name, count(*) FROM visitor v JOIN channel h ON h.channel_id = v.channel_id
		WHERE v.contact_id = k.contact_id GROUP BY h.messenger, h.name ORDER BY h.name) w) AS visitors,
	(SELECT jsonb_agg(jsonb_build_object('id', n.contact_note_id, 'body', n.body, 'who', v.name, 'mine', n.user_id = $1,
		'at', (extract(epoch FROM n.created_at) * 1000000)::bigint, 'edited', n.edited_at IS NOT NULL)
		ORDER BY n.created_at DESC) FROM contact_note n JOIN user_version v ON v.user_version_id = n.user_version_id
		WHERE n.contact_id = k.contact_id AND n.deleted_at IS NULL) AS notes,
	(SELECT jsonb_agg(jsonb_build_object('id', f.contact_field_id, 'name', f.name, 'kind', f.kind, 'value', v.value)
		ORDER BY f.position, f.contact_field_id) FROM contact_field f
		JOIN contact_value v ON v.contact_field_id = f.contact_field_id AND v.contact_id = k.contact_id
		WHERE f.deleted_at IS NULL AND v.value IS NOT NULL) AS fields
FROM (SELECT conversation_access($1::bigint, $2::boolean, $3::boolean, $4::bigint) AS access) x
	JOIN conversation c ON c.conversation_id = $4 AND x.access > 0 JOIN contact k ON k.contact_id = c.contact_id

-- name: contact_open
-- One contact for its form; of one that became part of another, that. No row: not there, or not for this viewer.
SELECT k.contact_id, k.name, k.cuit, k.cuit_state, k.email, k.phone, k.revision, k.blocked_until > now() AS blocked,
	nullif(k.blocked_until, 'infinity') AS blocked_until, k.blocked_reason
FROM contact m JOIN contact k ON k.contact_id = coalesce(m.merged_into, m.contact_id) AND k.merged_into IS NULL
WHERE m.contact_id = $4::bigint AND contact_access($1::bigint, $2::boolean, $3::boolean, k.contact_id)

-- name: contact_fields
-- The agency's own, in their order, with this contact's values.
SELECT f.contact_field_id, f.name, f.kind, array_to_string(f.options, E'\n') AS options, f.required, v.value
FROM contact_field f LEFT JOIN contact_value v ON v.contact_field_id = f.contact_field_id AND v.contact_id = $1::bigint
WHERE f.deleted_at IS NULL ORDER BY f.position, f.contact_field_id

-- name: contact_snapshot
-- Values of the agency's own fields stand under 'x<id>'.
SELECT k.revision, jsonb_build_object('name', k.name, 'cuit', k.cuit, 'email', k.email, 'phone', k.phone)
	|| coalesce((SELECT jsonb_object_agg('x' || v.contact_field_id, v.value) FROM contact_value v
		WHERE v.contact_id = k.contact_id AND v.value IS NOT NULL), '{}') AS snapshot
FROM contact k WHERE k.contact_id = $1::bigint AND k.merged_into IS NULL

-- name: contact_update
-- NULL: stays as it is; '': empty. Another CUIT is only declared.
UPDATE contact SET name = CASE WHEN $2::text IS NULL THEN name ELSE nullif($2, '') END,
	cuit = CASE WHEN $3::text IS NULL THEN cuit ELSE nullif($3, '') END,
	cuit_state = CASE WHEN $3 IS NULL OR nullif($3, '') IS NOT DISTINCT FROM cuit THEN cuit_state
		WHEN $3 = '' THEN 0 ELSE 1 END,
	email = CASE WHEN $4::text IS NULL THEN email ELSE nullif($4, '') END,
	phone = CASE WHEN $5::text IS NULL THEN phone ELSE nullif($5, '') END, revision = revision + 1
WHERE contact_id = $1::bigint

-- name: contact_value_set
INSERT INTO contact_value (contact_id, contact_field_id, value) VALUES ($1::bigint, $2::bigint, nullif($3, ''))
ON CONFLICT (contact_id, contact_field_id) DO UPDATE SET value = excluded.value

-- name: contact_topics
-- The conversations in which somebody may be looking at it.
SELECT conversation_id, user_id FROM conversation WHERE contact_id = $1::bigint AND state <> 4

-- name: contact_note_add
INSERT INTO contact_note (contact_id, user_id, user_version_id, body) VALUES ($1, $2, $3, $4) RETURNING contact_note_id

-- name: contact_note_set
-- One's own only; an empty text takes it away.
UPDATE contact_note SET body = CASE WHEN $4::text = '' THEN body ELSE $4 END, edited_at = now(),
	deleted_at = CASE WHEN $4 = '' THEN now() END
WHERE contact_note_id = $2::bigint AND contact_id = $1::bigint AND user_id = $3::bigint AND deleted_at IS NULL
RETURNING contact_note_id

-- name: contact_block
-- $2 NULL: lifted; days 0: until somebody lifts it.
UPDATE contact SET blocked_until = CASE WHEN $2::text IS NULL THEN NULL WHEN $3::bigint = 0 THEN 'infinity'
		ELSE now() + make_interval(days => $3::integer) END,
	blocked_reason = $2, blocked_by = CASE WHEN $2 IS NOT NULL THEN $4::bigint END, revision = revision + 1
WHERE contact_id = $1::bigint

-- name: contact_unheard_list
SELECT h.contact_unheard_id, h.received_at, h.body, h.file_name, c.name AS channel_name
FROM contact_unheard h JOIN channel c ON c.channel_id = h.channel_id
WHERE h.contact_id = $1::bigint ORDER BY h.received_at DESC LIMIT 200

-- name: contact_history
-- Conversations of a contact that this viewer may open, latest first, at most 20 before $6 (0: from the latest) with $5 in
-- queue, operator, channel, tipificación or what was said ('': any).
SELECT o.conversation_id, o.opened_at, o.state, h.messenger, q.name AS queue_name, u.name AS user_name, t.name AS typification
FROM conversation o JOIN channel h ON h.channel_id = o.channel_id LEFT JOIN queue q ON q.queue_id = o.queue_id
	LEFT JOIN app_user u ON u.user_id = o.user_id
	LEFT JOIN LATERAL (SELECT v.name, v.path FROM conversation_typification y
		JOIN typification_version v ON v.typification_version_id = y.typification_version_id
		WHERE y.conversation_id = o.conversation_id ORDER BY y.main DESC, y.position DESC LIMIT 1) t ON true
WHERE o.contact_id = $4::bigint AND ($6::bigint = 0 OR o.conversation_id < $6)
	AND ($3::boolean OR conversation_access($1::bigint, $2::boolean, $3, o.conversation_id) > 0)
	AND ($5::text = '' OR concat_ws(' ', o.conversation_id, h.name, q.name, u.name, t.path) ILIKE '%' || $5 || '%'
		OR EXISTS (SELECT 1 FROM message m WHERE m.conversation_id = o.conversation_id AND m.created_at >= o.opened_at
			AND m.kind <> 4 AND m.body ILIKE '%' || $5 || '%'))
ORDER BY o.conversation_id DESC LIMIT 21
