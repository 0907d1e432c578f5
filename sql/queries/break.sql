-- Breaks as the administrator arranges them, and who may take one now.

-- name: break_snapshot
SELECT b.revision, jsonb_build_object('name', b.name, 'allowance_s', b.allowance_s, 'longest_s', b.longest_s,
	'everybody', b.everybody, 'users', (SELECT coalesce(jsonb_agg(u.name ORDER BY u.name), '[]') FROM app_user u
		WHERE u.user_id = ANY (b.user_ids)),
	'groups', (SELECT coalesce(jsonb_agg(g.name ORDER BY g.name), '[]') FROM user_group g
		WHERE g.user_group_id = ANY (b.group_ids) AND g.deleted_at IS NULL),
	'by_oneself', b.by_oneself, 'at_once', b.at_once, 'waiting_max', b.waiting_max,
	'shows', (SELECT name FROM code WHERE list = 'break_shows' AND value = b.shows),
	'over', (SELECT name FROM code WHERE list = 'break_over' AND value = b.over),
	'position', b.position, 'enabled', b.enabled) AS snapshot
FROM break_type b WHERE b.break_type_id = $1::bigint AND b.deleted_at IS NULL

-- name: break_list
-- With how many are on it now.
SELECT b.break_type_id, b.name, b.allowance_s, b.longest_s, b.everybody, (SELECT count(*) FROM app_user u
		WHERE u.deleted_at IS NULL AND user_among(u.user_id, b.user_ids, b.group_ids)) AS user_count,
	b.by_oneself, b.at_once, b.shows, b.over, b.enabled,
	(SELECT count(*) FROM agent_state a WHERE a.state = 2 AND a.break_type_id = b.break_type_id) AS now_count
FROM break_type b WHERE b.deleted_at IS NULL ORDER BY b.position, lower(b.name)

-- name: break_get
SELECT break_type_id, name, allowance_s, longest_s, everybody, by_oneself, at_once, waiting_max, shows, over,
	position, enabled, revision
FROM break_type WHERE break_type_id = $1::bigint AND deleted_at IS NULL

-- name: break_people
-- Who attends, and whether this break is theirs.
SELECT u.user_id, u.name, u.login, EXISTS (SELECT 1 FROM break_type b WHERE b.break_type_id = $1::bigint
	AND u.user_id = ANY (b.user_ids)) AS chosen
FROM app_user u WHERE u.attends AND u.deleted_at IS NULL ORDER BY lower(u.name), u.user_id LIMIT 1000

-- name: break_groups
SELECT g.user_group_id, g.name, EXISTS (SELECT 1 FROM break_type b WHERE b.break_type_id = $1::bigint
	AND g.user_group_id = ANY (b.group_ids)) AS chosen
FROM user_group g WHERE g.deleted_at IS NULL ORDER BY lower(g.name)

-- name: break_insert
INSERT INTO break_type (name, allowance_s, longest_s, everybody, user_ids, by_oneself, at_once, waiting_max, shows,
	over, position, enabled, group_ids)
SELECT $2, $3, $4, $5, $6::bigint[], $7, $8, $9, $10, $11, $12, $13, $14::bigint[] WHERE $1::bigint = 0
RETURNING break_type_id

-- name: break_update
UPDATE break_type SET name = $2, allowance_s = $3, longest_s = $4, everybody = $5, user_ids = $6::bigint[],
	by_oneself = $7, at_once = $8, waiting_max = $9, shows = $10, over = $11, position = $12, enabled = $13,
	group_ids = $14::bigint[],
	revision = revision + 1
WHERE break_type_id = $1::bigint RETURNING break_type_id

-- name: break_remove
UPDATE break_type SET deleted_at = now(), revision = revision + 1 WHERE break_type_id = $1::bigint

-- name: break_lock
SELECT break_type_id FROM break_type WHERE break_type_id = $1::bigint AND enabled AND deleted_at IS NULL
FOR NO KEY UPDATE

-- name: break_refusal
SELECT break_refusal($1::bigint, $2::bigint, $3::boolean) AS why

-- name: break_watchers
-- Whose menu of states says something else now that $1 took or ($3) left break $2: a queue of both has just as many on it
-- as may be, or has a place again.
SELECT DISTINCT w.user_id FROM break_type b JOIN user_queue mine ON mine.user_id = $1::bigint
	JOIN user_queue w ON w.queue_id = mine.queue_id AND w.user_id <> mine.user_id
WHERE b.break_type_id = $2::bigint AND b.at_once > 0
	AND b.at_once - $3::boolean::int = (SELECT count(*) FROM user_queue q JOIN agent_state a ON a.user_id = q.user_id
		WHERE q.queue_id = mine.queue_id AND a.state = 2 AND a.break_type_id = b.break_type_id)
	AND EXISTS (SELECT 1 FROM session s WHERE s.user_id = w.user_id AND s.closed_at IS NULL)
