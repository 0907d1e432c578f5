-- The internal chat. $1: who asks; $2: whether they supervise. Only members (chat_member) get a row.

-- name: chat_rooms
-- The rooms of who asks: their own, and those of the operators they supervise; the latest said there alone first, then by name.
SELECT u.user_id AS operator_id, u.name, u.user_id = $1::bigint AS own, m.body, m.created_at, m.user_id AS author_id, w.name AS author_name,
	(SELECT count(*) FROM (SELECT 1 FROM chat_message n WHERE n.operator_id = u.user_id AND n.user_id <> $1
		AND (n.chat_broadcast_id IS NULL OR u.user_id = $1)
		AND n.chat_message_id > coalesce((SELECT r.last_id FROM chat_read r WHERE r.user_id = $1
			AND r.operator_id = u.user_id), 0) LIMIT 100) x) AS unread_count
FROM app_user u LEFT JOIN LATERAL (SELECT * FROM chat_message m WHERE m.operator_id = u.user_id
		ORDER BY m.chat_message_id DESC LIMIT 1) m ON true
	LEFT JOIN LATERAL (SELECT max(o.chat_message_id) AS id FROM chat_message o
		WHERE o.operator_id = u.user_id AND o.chat_broadcast_id IS NULL) o ON true
	LEFT JOIN user_version w ON w.user_version_id = m.user_version_id
WHERE u.attends AND u.enabled AND u.deleted_at IS NULL AND (u.user_id = $1 OR ($2::boolean AND EXISTS (
	SELECT 1 FROM user_queue x JOIN user_queue y ON y.queue_id = x.queue_id WHERE x.user_id = u.user_id AND y.user_id = $1)))
ORDER BY o.id DESC NULLS LAST, lower(u.name) LIMIT 500

-- name: chat_room
SELECT u.user_id AS operator_id, u.name FROM app_user u
WHERE u.user_id = $3::bigint AND chat_member($1::bigint, $2::boolean, $3)

-- name: chat_messages
-- Newest first: after $4 and before $5, at most $6.
SELECT m.chat_message_id, m.user_id, m.operator_id, m.body, m.created_at, m.chat_broadcast_id IS NOT NULL AS to_several,
	w.name AS author_name
FROM chat_message m JOIN user_version w ON w.user_version_id = m.user_version_id
WHERE m.operator_id = $3::bigint AND chat_member($1::bigint, $2::boolean, $3)
	AND m.chat_message_id > $4::bigint AND m.chat_message_id < $5::bigint
ORDER BY m.chat_message_id DESC LIMIT $6::bigint

-- name: chat_search
-- What was said with these words in any of their rooms, the latest first.
SELECT m.chat_message_id, m.operator_id, u.name AS operator_name, m.body, m.created_at, w.name AS author_name
FROM chat_message m JOIN user_version w ON w.user_version_id = m.user_version_id
	JOIN app_user u ON u.user_id = m.operator_id
WHERE to_tsvector('spanish', m.body) @@ plainto_tsquery('spanish', $3)
	AND chat_member($1::bigint, $2::boolean, m.operator_id)
ORDER BY m.chat_message_id DESC LIMIT 50

-- name: chat_members
-- Who else is in a room: the operator, and the supervision of their queues. spoke: they have said something in it.
SELECT u.user_id, EXISTS (SELECT 1 FROM chat_message m WHERE m.operator_id = $1::bigint AND m.user_id = u.user_id) AS spoke
FROM app_user u WHERE u.enabled AND u.deleted_at IS NULL AND (u.user_id = $1 OR (EXISTS (
		SELECT 1 FROM user_queue x JOIN user_queue y ON y.queue_id = x.queue_id WHERE x.user_id = $1 AND y.user_id = u.user_id)
	AND EXISTS (SELECT 1 FROM user_role ur JOIN role r ON r.role_id = ur.role_id AND r.deleted_at IS NULL
		JOIN role_permission p ON p.role_id = r.role_id AND p.permission = 'conversation.supervise'
		WHERE ur.user_id = u.user_id)))

-- name: chat_insert
INSERT INTO chat_message (operator_id, user_id, user_version_id, body) VALUES ($1::bigint, $2::bigint, $3::bigint, $4)
RETURNING chat_message_id

-- name: chat_seen
INSERT INTO chat_read (user_id, operator_id, last_id) VALUES ($1::bigint, $2::bigint, $3::bigint)
ON CONFLICT (user_id, operator_id) DO UPDATE SET last_id = excluded.last_id WHERE chat_read.last_id < excluded.last_id

-- name: chat_broadcast_rooms
-- Whose rooms a message to several goes to, of those the viewer supervises: the chosen ($3), or with $4 all who are
-- present, of a queue of the viewer's when $5 is one.
SELECT u.user_id FROM app_user u
WHERE u.attends AND u.enabled AND u.deleted_at IS NULL AND u.user_id <> $1::bigint AND chat_member($1, $2::boolean, u.user_id)
	AND CASE WHEN $4::boolean THEN EXISTS (SELECT 1 FROM session s, session_limits() l WHERE s.user_id = u.user_id
			AND s.closed_at IS NULL AND s.created_at > now() - l.absolute AND s.last_seen_at > now() - l.idle)
		AND ($5::bigint = 0 OR EXISTS (SELECT 1 FROM user_queue x JOIN user_queue y ON y.queue_id = x.queue_id
			WHERE x.user_id = u.user_id AND y.user_id = $1 AND x.queue_id = $5))
	ELSE u.user_id = ANY ($3::bigint[]) END
ORDER BY u.user_id LIMIT 2000

-- name: chat_broadcast_insert
INSERT INTO chat_broadcast (user_id) VALUES ($1::bigint) RETURNING chat_broadcast_id

-- name: chat_broadcast_say
INSERT INTO chat_message (operator_id, user_id, user_version_id, body, chat_broadcast_id)
SELECT i.id, $2::bigint, $3::bigint, $4, $5::bigint FROM unnest($1::bigint[]) i (id)

-- name: chat_broadcast_tell
-- $2: the event. As notice_tell does.
INSERT INTO notice (event, user_id, key, by_name, words, subject, own)
SELECT $2::smallint, i.id, 'chat', $3, left($4, 200), 'chat:' || i.id, true FROM unnest($1::bigint[]) i (id) WHERE notice_wanted(i.id, $2::smallint)
ON CONFLICT (user_id, subject) WHERE read_at IS NULL DO UPDATE SET notice_id = DEFAULT, at = DEFAULT, xid = DEFAULT,
	key = excluded.key, by_name = excluded.by_name, words = excluded.words, said_count = notice.said_count + 1

-- name: chat_broadcast_list
-- Somebody's latest, and by how many of those they went to each was read.
SELECT b.chat_broadcast_id, b.created_at, min(m.body) AS body, count(*) AS total,
	count(*) FILTER (WHERE r.last_id >= m.chat_message_id) AS read_count
FROM (SELECT * FROM chat_broadcast WHERE user_id = $1::bigint ORDER BY chat_broadcast_id DESC LIMIT 3) b
	JOIN chat_message m ON m.chat_broadcast_id = b.chat_broadcast_id
	LEFT JOIN chat_read r ON r.user_id = m.operator_id AND r.operator_id = m.operator_id
GROUP BY b.chat_broadcast_id, b.created_at ORDER BY b.chat_broadcast_id DESC
