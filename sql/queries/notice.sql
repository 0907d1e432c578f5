-- What people are told, and how each role is.

-- name: notice_add
-- The operator who has it and the queue's supervision, or all of the queue when nobody has it; as far as their
-- roles want it.
INSERT INTO notice (event, user_id, conversation_id, queue_id, own)
SELECT $1::smallint, w.user_id, $2::bigint, nullif($3::bigint, 0), w.user_id = $4::bigint
FROM (SELECT uq.user_id FROM user_queue uq WHERE uq.queue_id = $3::bigint AND ($4::bigint = 0
		OR EXISTS (SELECT 1 FROM user_role ur JOIN role_permission p ON p.role_id = ur.role_id
			WHERE ur.user_id = uq.user_id AND p.permission = 'conversation.supervise'))
	UNION SELECT $4::bigint WHERE $4::bigint <> 0) w
WHERE notice_wanted(w.user_id, $1::smallint)

-- name: notice_tell
-- One more about a subject ($7) of which there is one unread: that one, anew, as if it came now.
INSERT INTO notice (event, user_id, conversation_id, key, by_name, words, subject, own)
SELECT $1::smallint, $2::bigint, nullif($3::bigint, 0), $4, $5, left($6, 200), $7, true WHERE notice_wanted($2::bigint, $1::smallint)
ON CONFLICT (user_id, subject) WHERE read_at IS NULL DO UPDATE SET notice_id = DEFAULT, at = DEFAULT, xid = DEFAULT,
	key = excluded.key, by_name = excluded.by_name, words = excluded.words, said_count = notice.said_count + 1

-- name: notice_list
-- Somebody's own, the newest first, from before $2 (0: all); $3 to $5 who they are to conversation_access.
SELECT n.notice_id, n.at, n.event, n.own, n.read_at IS NOT NULL AS read, n.conversation_id, c.contact_id, k.name AS contact_name,
	q.name AS queue_name, n.key, n.by_name, n.words, n.subject, n.said_count, conversation_access($3::bigint, $4, $5, n.conversation_id) > 0 AS open
FROM notice n LEFT JOIN conversation c ON c.conversation_id = n.conversation_id
	LEFT JOIN contact k ON k.contact_id = c.contact_id
	LEFT JOIN queue q ON q.queue_id = coalesce(n.queue_id, c.queue_id)
WHERE n.user_id = $1::bigint AND ($2::bigint = 0 OR n.notice_id < $2::bigint)
ORDER BY n.notice_id DESC LIMIT $6::bigint

-- name: notice_read
-- One of somebody's own, and whether they may still see what it is about.
UPDATE notice SET read_at = coalesce(read_at, now()) WHERE notice_id = $2::bigint AND user_id = $1::bigint
RETURNING conversation_id, conversation_access($3::bigint, $4, $5, conversation_id) > 0 AS open, subject

-- name: notice_read_subject
UPDATE notice SET read_at = now() WHERE user_id = $1::bigint AND read_at IS NULL AND subject = $2

-- name: notice_read_conversation
UPDATE notice SET read_at = now() WHERE user_id = $1::bigint AND read_at IS NULL AND conversation_id = $2::bigint
RETURNING notice_id

-- name: notice_read_all
-- What they saw: up to $2.
UPDATE notice SET read_at = now() WHERE user_id = $1::bigint AND read_at IS NULL AND notice_id <= $2::bigint

-- name: notice_rules
-- Every role with its rules, or one.
SELECT r.role_id, r.name, c.value AS event, n.sound, n.shown, n.browser, n.tone,
	sum(n.revision) OVER (PARTITION BY r.role_id) AS revision
FROM role r JOIN code c ON c.list = 'notice' JOIN notice_rule n ON n.role_id = r.role_id AND n.event = c.value
WHERE r.deleted_at IS NULL AND ($1::bigint = 0 OR r.role_id = $1)
ORDER BY NOT r.builtin, r.role_id, c.value

-- name: notice_snapshot
SELECT sum(n.revision)::bigint AS revision, jsonb_object_agg(c.name, concat_ws(', ', CASE WHEN n.sound THEN 'sonido ' || t.name END,
	CASE WHEN n.shown THEN 'en pantalla' END, CASE WHEN n.browser THEN 'navegador' END)) AS snapshot
FROM role r JOIN notice_rule n ON n.role_id = r.role_id JOIN code c ON c.list = 'notice' AND c.value = n.event
	JOIN code t ON t.list = 'tone' AND t.value = n.tone
WHERE r.role_id = $1::bigint AND r.deleted_at IS NULL GROUP BY r.role_id

-- name: notice_rule_set
UPDATE notice_rule SET sound = $3, shown = $4, browser = $5, tone = $6, revision = revision + 1
WHERE role_id = $1::bigint AND event = $2
