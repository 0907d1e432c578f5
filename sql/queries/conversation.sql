-- name: conversation_lock
SELECT * FROM conversation WHERE conversation_id = $1 FOR UPDATE

-- name: conversation_insert
INSERT INTO conversation (conversation_id, channel_id, channel_version_id, contact_id, visitor_id, state,
	opened_at, bot_version_id)
SELECT $1, h.channel_id, h.version_id, $3, nullif($4::bigint, 0), 1, $5, nullif($6::bigint, 0)
FROM channel h WHERE h.channel_id = $2

-- name: conversation_update
UPDATE conversation SET contact_id = $2, state = $3, queue_id = nullif($4::bigint, 0), user_id = nullif($5::bigint, 0),
	requested_at = $6, assigned_at = $7, closed_at = $8, closed_by = nullif($9::bigint, 0), priority = $10,
	seq = $11, segment_seq = $12, bot_session = $13, last_message_at = $14,
	last_message_author = nullif($15::bigint, 0), last_message_preview = $16, last_contact_at = $17,
	last_agent_at = $18, unread_count = $19,
	unanswered_at = CASE WHEN $17::timestamptz > coalesce($18, '-infinity'::timestamptz)
		THEN CASE WHEN last_contact_at > coalesce(last_agent_at, '-infinity')
			THEN coalesce(unanswered_at, last_contact_at) ELSE $17 END END,
	contact_delivered_seq = greatest(contact_delivered_seq, $20),
	contact_read_seq = greatest(contact_read_seq, $21),
	agent_delivered_seq = greatest(agent_delivered_seq, $22),
	agent_read_seq = greatest(agent_read_seq, $23), segment_kind = nullif($24::bigint, 0),
	segment_first_message_at = $25,
	-- It is set aside only for as long as the same operator has it.
	held_at = CASE WHEN state = $3 AND user_id IS NOT DISTINCT FROM nullif($5::bigint, 0) THEN held_at END
WHERE conversation_id = $1

-- name: conversation_hold
UPDATE conversation SET held_at = $2 WHERE conversation_id = $1

-- name: conversation_resume
UPDATE conversation SET held_at = NULL, resumed_at = $2 WHERE conversation_id = $1

-- name: conversation_handed
UPDATE conversation SET handed_seq = $2 WHERE conversation_id = $1

-- name: message_insert
INSERT INTO message (conversation_id, seq, created_at, author, kind, user_version_id, provider_id, body, data)
VALUES ($1, $2, $3, $4, $5, nullif($6::bigint, 0), $7, $8, $9)

-- name: segment_end
UPDATE segment SET ended_at = $3, outcome = $4
WHERE conversation_id = $1 AND segment_seq = $2 AND ended_at IS NULL

-- name: segment_start
INSERT INTO segment (conversation_id, segment_seq, kind, started_at, queue_id, queue_version_id,
	service_level_s, user_id, user_version_id, bot_version_id)
SELECT $1, $2, $3, $4, q.queue_id, q.version_id, q.service_level_s, u.user_id, u.version_id, nullif($7::bigint, 0)
FROM (SELECT 1) one LEFT JOIN queue q ON q.queue_id = $5 LEFT JOIN app_user u ON u.user_id = $6

-- name: segment_first_message
UPDATE segment SET first_message_at = $3
WHERE conversation_id = $1 AND segment_seq = $2 AND first_message_at IS NULL

-- name: assignment_insert
INSERT INTO assignment (conversation_id, assignment_seq, user_id, user_version_id, queue_id, assigned_at, reason)
VALUES ($1, $2, $3, $4, $5, $6, $7)

-- name: assignment_end
UPDATE assignment SET ended_at = $2, outcome = $3 WHERE conversation_id = $1 AND ended_at IS NULL

-- name: agent_case_taken
UPDATE agent_state SET open_count = open_count + 1, last_assigned_at = $2 WHERE user_id = $1

-- name: agent_case_ended
-- Back in the waiting order; closed_today only counts what the operator closed.
UPDATE agent_state SET open_count = greatest(open_count - 1, 0), available_since = $2::timestamptz,
	closed_today = CASE WHEN closed_day = ($2::timestamptz AT TIME ZONE 'America/Argentina/Buenos_Aires')::date
		THEN closed_today ELSE 0 END + CASE WHEN $3::boolean THEN 1 ELSE 0 END,
	closed_day = ($2::timestamptz AT TIME ZONE 'America/Argentina/Buenos_Aires')::date
WHERE user_id = $1

-- name: agent_interacted
UPDATE agent_state SET available_since = $2 WHERE user_id = $1

-- name: typification_add
INSERT INTO conversation_typification (conversation_id, position, typification_id, typification_version_id,
	source, user_version_id, at)
SELECT $1, coalesce((SELECT max(position) FROM conversation_typification WHERE conversation_id = $1), 0) + 1,
	t.typification_id, t.version_id, $4, nullif($5::bigint, 0), $6
FROM typification t
WHERE (t.typification_id = $2 OR ($2 = 0 AND t.key = $3)) AND t.deleted_at IS NULL
ON CONFLICT DO NOTHING

-- name: typification_main_clear
UPDATE conversation_typification SET main = false WHERE conversation_id = $1::bigint AND main AND typification_id <> $2::bigint

-- name: typification_main
UPDATE conversation_typification SET main = true WHERE conversation_id = $1::bigint AND typification_id = $2::bigint

-- name: attend_access
SELECT conversation_access($1, $2, $3, $4) AS access

-- name: attend_queue
-- What closing needs to know: the queue's rule and words, and the names in them.
SELECT q.typification_required, q.farewell, q.farewell_mode, q.wrap_s, c.conversation_id, k.name AS contact_name, k.cuit,
	q.name AS queue_name, h.name AS channel_name,
	EXISTS (SELECT 1 FROM conversation_typification t WHERE t.conversation_id = c.conversation_id
		AND t.source IN (3, 4)) AS typified
FROM conversation c JOIN queue q ON q.queue_id = c.queue_id JOIN contact k ON k.contact_id = c.contact_id
	JOIN channel h ON h.channel_id = c.channel_id
WHERE c.conversation_id = $1

-- name: typifications_offered
-- How many of these tipificaciones this queue offers.
SELECT count(*) AS offered FROM typification t
WHERE t.typification_id = ANY ($1) AND typification_offered(t.typification_id, $2)

-- name: canned_used
UPDATE canned_reply SET used_count = used_count + 1
WHERE canned_reply_id = $1::bigint AND (user_id IS NULL OR user_id = $2::bigint)

-- name: file_upsert
SELECT file_id, media_type, scan_state FROM file_put($1, $2, $3)

-- name: file_verdicts
-- What became of files that the antivirus looks at, and whether it is known not to answer.
SELECT count(*) FILTER (WHERE scan_state = 1) AS waiting, count(*) FILTER (WHERE scan_state = 3) AS infected,
	count(*) FILTER (WHERE scan_state = 4) AS too_large, (SELECT down_since IS NOT NULL FROM scan_health) AS down
FROM file WHERE file_id = ANY ($1::bigint[])

-- name: file_get
SELECT file_id, sha256, size_bytes, media_type FROM file WHERE file_id = $1

-- name: attachment_next
SELECT nextval(pg_get_serial_sequence('attachment', 'attachment_id')) AS attachment_id

-- name: attachment_insert
INSERT INTO attachment (attachment_id, conversation_id, seq, file_id, name, created_at)
VALUES ($1, $2, $3, $4, $5, $6)
