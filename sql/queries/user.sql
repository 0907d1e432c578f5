-- People as the administrator keeps them: who they are, what they may do, what they attend.

-- name: user_lock
-- Whoever changes people comes one after the other: what holds of all of them (somebody who can undo it,
-- one staff number each) is looked at afterwards.
SELECT pg_advisory_xact_lock(hashtextextended('people', 0)) IS NULL AS locked

-- name: user_snapshot
SELECT u.revision, jsonb_build_object('login', u.login, 'name', u.name, 'display_name', u.display_name,
	'staff_number', coalesce(u.staff_number, ''), 'dni', coalesce(u.dni, ''), 'office', coalesce(u.office, ''),
	'email', coalesce(u.email, ''), 'enabled', u.enabled, 'attends', u.attends, 'capacity', u.capacity,
	'roles', (SELECT coalesce(jsonb_agg(r.name ORDER BY r.name), '[]') FROM user_role x
		JOIN role r ON r.role_id = x.role_id AND r.deleted_at IS NULL WHERE x.user_id = u.user_id),
	'queues', (SELECT coalesce(jsonb_agg(q.name ORDER BY q.name), '[]') FROM user_queue x
		JOIN queue q ON q.queue_id = x.queue_id AND q.deleted_at IS NULL WHERE x.user_id = u.user_id),
	'channels', (SELECT coalesce(jsonb_agg(c.name ORDER BY c.name), '[]') FROM user_channel x
		JOIN channel c ON c.channel_id = x.channel_id AND c.deleted_at IS NULL WHERE x.user_id = u.user_id),
	-- Only those that have one.
	'channel_capacity', (SELECT coalesce(jsonb_object_agg(c.name, x.capacity), '{}') FROM user_channel x
		JOIN channel c ON c.channel_id = x.channel_id AND c.deleted_at IS NULL
		WHERE x.user_id = u.user_id AND x.capacity > 0),
	'groups', (SELECT coalesce(jsonb_agg(g.name ORDER BY g.name), '[]') FROM user_group_member x
		JOIN user_group g ON g.user_group_id = x.user_group_id AND g.deleted_at IS NULL WHERE x.user_id = u.user_id)
	) AS snapshot
FROM app_user u WHERE u.user_id = $1::bigint AND u.deleted_at IS NULL

-- name: user_list
-- $1 words, without regard to accents; $2 role, $3 queue, $4 channel (0: any); $5 and $6 '1', '0' or '' for any:
-- enabled, attends. Each row with how many there are in all.
SELECT u.user_id, u.login, u.name, u.display_name, u.staff_number, u.dni, u.office, u.email, u.enabled, u.attends,
	u.capacity, count(*) OVER () AS total,
	(SELECT string_agg(r.name, '|' ORDER BY r.role_id) FROM user_role x
		JOIN role r ON r.role_id = x.role_id AND r.deleted_at IS NULL WHERE x.user_id = u.user_id) AS roles,
	(SELECT string_agg(q.name, '|' ORDER BY q.name) FROM user_queue x
		JOIN queue q ON q.queue_id = x.queue_id AND q.deleted_at IS NULL WHERE x.user_id = u.user_id) AS queues,
	(SELECT string_agg(c.name, '|' ORDER BY c.name) FROM user_channel x
		JOIN channel c ON c.channel_id = x.channel_id AND c.deleted_at IS NULL WHERE x.user_id = u.user_id)
		AS channels,
	(SELECT string_agg(g.name, '|' ORDER BY g.name) FROM user_group_member x
		JOIN user_group g ON g.user_group_id = x.user_group_id AND g.deleted_at IS NULL WHERE x.user_id = u.user_id)
		AS groups,
	coalesce((SELECT a.open_count FROM agent_state a WHERE a.user_id = u.user_id), 0) AS open_count,
	(SELECT max(s.created_at) FROM session s WHERE s.user_id = u.user_id) AS last_login
FROM app_user u
WHERE u.deleted_at IS NULL
	AND position(translate(lower($1), 'áéíóúüñ', 'aeiouun') IN translate(lower(concat_ws(' ', u.name, u.login,
		u.staff_number, u.dni, u.office, u.email)), 'áéíóúüñ', 'aeiouun')) > 0
	AND ($2::bigint = 0 OR EXISTS (SELECT 1 FROM user_role x WHERE x.user_id = u.user_id AND x.role_id = $2::bigint))
	AND ($3::bigint = 0 OR EXISTS (SELECT 1 FROM user_queue x WHERE x.user_id = u.user_id AND x.queue_id = $3::bigint))
	AND ($4::bigint = 0 OR EXISTS (SELECT 1 FROM user_channel x
		WHERE x.user_id = u.user_id AND x.channel_id = $4::bigint))
	AND ($5 = '' OR u.enabled = ($5 = '1')) AND ($6 = '' OR u.attends = ($6 = '1'))
ORDER BY lower(u.name), u.user_id LIMIT $7::bigint OFFSET $8::bigint

-- name: user_get
SELECT u.user_id, u.login, u.name, u.display_name, u.staff_number, u.dni, u.office, u.email, u.enabled, u.attends,
	u.capacity, u.revision, u.totp_seed IS NOT NULL AS factor, coalesce(a.open_count, 0) AS open_count
FROM app_user u LEFT JOIN agent_state a ON a.user_id = u.user_id
WHERE u.user_id = $1::bigint AND u.deleted_at IS NULL

-- name: user_choices
-- Every role, queue, channel and group there is, and which of them are the user's.
SELECT 'role' AS kind, r.role_id AS id, r.name, NOT r.builtin AS later, r.role_id AS place,
	EXISTS (SELECT 1 FROM user_role x WHERE x.role_id = r.role_id AND x.user_id = $1::bigint) AS chosen
FROM role r WHERE r.deleted_at IS NULL
UNION ALL
SELECT 'queue', q.queue_id, q.name, false, 0,
	EXISTS (SELECT 1 FROM user_queue x WHERE x.queue_id = q.queue_id AND x.user_id = $1::bigint)
FROM queue q WHERE q.deleted_at IS NULL
UNION ALL
SELECT 'channel', c.channel_id, c.name, false, 0,
	EXISTS (SELECT 1 FROM user_channel x WHERE x.channel_id = c.channel_id AND x.user_id = $1::bigint)
FROM channel c WHERE c.deleted_at IS NULL
UNION ALL
SELECT 'group', g.user_group_id, g.name, false, 0,
	EXISTS (SELECT 1 FROM user_group_member x WHERE x.user_group_id = g.user_group_id AND x.user_id = $1::bigint)
FROM user_group g WHERE g.deleted_at IS NULL
ORDER BY kind, later, place, name

-- name: user_insert
INSERT INTO app_user (login, name, display_name, staff_number, dni, office, email, enabled, attends, capacity)
SELECT $2, $3, $4, nullif($5, ''), nullif($6, ''), nullif($7, ''), nullif($8, ''), $9, $10, $11::smallint
WHERE $1::bigint = 0
RETURNING user_id

-- name: user_update
UPDATE app_user SET login = $2, name = $3, display_name = $4, staff_number = nullif($5, ''), dni = nullif($6, ''),
	office = nullif($7, ''), email = nullif($8, ''), enabled = $9, attends = $10, capacity = $11::smallint,
	revision = revision + 1
WHERE user_id = $1::bigint RETURNING user_id

-- name: user_sets
-- What is not among the given goes, what is new comes; no other row is touched.
SELECT user_roles_set($1::bigint, $2::bigint[]) IS NULL AS roles, user_queues_set($1::bigint, $3::bigint[]) IS NULL
	AS queues, user_channels_set($1::bigint, $4::bigint[]) IS NULL AS channels,
	user_groups_set($1::bigint, $5::bigint[]) IS NULL AS groups

-- name: user_remove
UPDATE app_user SET deleted_at = now(), enabled = false, attends = false, revision = revision + 1
WHERE user_id = $1::bigint RETURNING user_id

-- name: user_beyond
-- Does $1 have a role, or is to have one of $3, that may do what $2, who changes them, may not? Who manages
-- roles may give any.
SELECT EXISTS (SELECT 1 FROM role r JOIN role_permission p ON p.role_id = r.role_id
	WHERE r.deleted_at IS NULL AND p.permission <> ALL (actor.permissions) AND (r.role_id = ANY ($3::bigint[])
		OR EXISTS (SELECT 1 FROM user_role x WHERE x.user_id = $1::bigint AND x.role_id = r.role_id)))
	AND 'role.manage' <> ALL (actor.permissions) AS beyond
FROM (SELECT ARRAY(SELECT p.permission FROM user_role x JOIN role r ON r.role_id = x.role_id AND r.deleted_at IS NULL
	JOIN role_permission p ON p.role_id = x.role_id WHERE x.user_id = $2::bigint) AS permissions) actor

-- name: user_standing
-- What must hold of all people together, and how this one stands after the change.
SELECT u.enabled, u.attends, coalesce(a.state, 0) AS agent_state, coalesce(a.open_count, 0) AS open_count,
	EXISTS (SELECT 1 FROM role_permission p JOIN role r ON r.role_id = p.role_id AND r.deleted_at IS NULL
		JOIN user_role x ON x.role_id = p.role_id JOIN app_user o ON o.user_id = x.user_id AND o.enabled
			AND o.deleted_at IS NULL
		WHERE p.permission = 'user.manage' AND EXISTS (SELECT 1 FROM user_role y
			JOIN role s ON s.role_id = y.role_id AND s.deleted_at IS NULL
			JOIN role_permission q ON q.role_id = y.role_id AND q.permission = 'role.manage'
			WHERE y.user_id = x.user_id)) AS managed,
	CASE WHEN EXISTS (SELECT 1 FROM app_user o WHERE o.user_id <> u.user_id AND o.deleted_at IS NULL
			AND lower(o.staff_number) = lower(u.staff_number)) THEN 'staff_number'
		WHEN EXISTS (SELECT 1 FROM app_user o WHERE o.user_id <> u.user_id AND o.deleted_at IS NULL
			AND o.dni = u.dni) THEN 'dni'
		WHEN EXISTS (SELECT 1 FROM app_user o WHERE o.user_id <> u.user_id AND o.deleted_at IS NULL
			AND lower(o.email) = lower(u.email)) THEN 'email'
		ELSE '' END AS taken
FROM app_user u LEFT JOIN agent_state a ON a.user_id = u.user_id WHERE u.user_id = $1::bigint

-- name: user_sessions
SELECT session_id FROM session WHERE user_id = $1::bigint AND closed_at IS NULL

-- name: user_sessions_close
-- All but $3.
UPDATE session SET closed_at = now(), close_reason = $2
WHERE user_id = $1::bigint AND closed_at IS NULL AND session_id <> $3::bigint
RETURNING session_id

-- name: user_matrix
-- Who attends what: $1 words, $2 queue, $3 channel (0: any), $4 '1', '0' or '': attends.
SELECT u.user_id, u.name, u.login, u.attends, u.capacity, coalesce(a.open_count, 0) AS open_count,
	count(*) OVER () AS total,
	ARRAY(SELECT x.queue_id FROM user_queue x WHERE x.user_id = u.user_id) AS queue_ids,
	ARRAY(SELECT x.channel_id FROM user_channel x WHERE x.user_id = u.user_id ORDER BY x.channel_id) AS channel_ids,
	-- Of each of those channels, in the same order.
	ARRAY(SELECT x.capacity::bigint FROM user_channel x WHERE x.user_id = u.user_id ORDER BY x.channel_id) AS channel_capacities,
	ARRAY(SELECT CASE WHEN x.capacity = 0 THEN 0 ELSE (SELECT count(*) FROM conversation o
		WHERE o.state = 3 AND o.user_id = x.user_id AND o.channel_id = x.channel_id) END
		FROM user_channel x WHERE x.user_id = u.user_id ORDER BY x.channel_id) AS channel_open
FROM app_user u LEFT JOIN agent_state a ON a.user_id = u.user_id
WHERE u.deleted_at IS NULL AND u.enabled
	AND position(translate(lower($1), 'áéíóúüñ', 'aeiouun') IN translate(lower(concat_ws(' ', u.name, u.login,
		u.staff_number, u.office)), 'áéíóúüñ', 'aeiouun')) > 0
	AND ($2::bigint = 0 OR EXISTS (SELECT 1 FROM user_queue x WHERE x.user_id = u.user_id AND x.queue_id = $2::bigint))
	AND ($3::bigint = 0 OR EXISTS (SELECT 1 FROM user_channel x
		WHERE x.user_id = u.user_id AND x.channel_id = $3::bigint))
	AND ($4 = '' OR u.attends = ($4 = '1'))
ORDER BY lower(u.name), u.user_id LIMIT $5::bigint OFFSET $6::bigint

-- name: user_attend
-- Gives and takes; $6 capacity and $7 attends, -1 for as it is.
WITH u AS (UPDATE app_user SET capacity = CASE WHEN $6::bigint < 0 THEN capacity ELSE $6::smallint END,
		attends = CASE WHEN $7::bigint < 0 THEN attends ELSE $7::bigint = 1 END, revision = revision + 1
	WHERE user_id = $1::bigint RETURNING user_id)
SELECT user_queues_set(u.user_id, ARRAY(SELECT x.queue_id FROM user_queue x
		WHERE x.user_id = u.user_id AND x.queue_id <> ALL ($3::bigint[]) UNION SELECT unnest($2::bigint[]))) IS NULL AS queues,
	user_channels_set(u.user_id, ARRAY(SELECT x.channel_id FROM user_channel x
		WHERE x.user_id = u.user_id AND x.channel_id <> ALL ($5::bigint[]) UNION SELECT unnest($4::bigint[]))) IS NULL AS channels
FROM u

-- name: user_limit
-- How many cases of each of these channels at once, -1 for as it is; of a channel that is not theirs nothing.
UPDATE user_channel SET capacity = $3::smallint
WHERE user_id = $1::bigint AND channel_id = ANY ($2::bigint[]) AND $3::bigint >= 0 AND capacity <> $3
