-- The administration of hours and holidays.

-- name: hours_names
-- What has hours, in the order people look for it.
SELECT r.hours_rule_id, coalesce(r.channel_id, 0) AS channel_id, coalesce(r.queue_id, 0) AS queue_id,
	coalesce(r.bot_id, 0) AS bot_id, coalesce(q.name, c.name, b.name) AS name
FROM hours_rule r LEFT JOIN queue q ON q.queue_id = r.queue_id LEFT JOIN channel c ON c.channel_id = r.channel_id
	LEFT JOIN bot b ON b.bot_id = r.bot_id
WHERE coalesce(q.deleted_at, c.deleted_at, b.deleted_at) IS NULL
ORDER BY (r.queue_id IS NULL)::int + (r.channel_id IS NULL AND r.queue_id IS NULL)::int, lower(coalesce(q.name, c.name, b.name))

-- name: hours_get
SELECT r.hours_rule_id, coalesce(r.channel_id, 0) AS channel_id, coalesce(r.queue_id, 0) AS queue_id,
	coalesce(r.bot_id, 0) AS bot_id, coalesce(q.name, c.name, b.name) AS name, r.closes_on, r.closed_action,
	r.closed_text, r.holiday_action, r.holiday_text, r.absent_action, r.absent_text, r.revision,
	hours_words(r.hours_rule_id, 0) AS day0, hours_words(r.hours_rule_id, 1) AS day1,
	hours_words(r.hours_rule_id, 2) AS day2, hours_words(r.hours_rule_id, 3) AS day3,
	hours_words(r.hours_rule_id, 4) AS day4, hours_words(r.hours_rule_id, 5) AS day5,
	hours_words(r.hours_rule_id, 6) AS day6
FROM hours_rule r LEFT JOIN queue q ON q.queue_id = r.queue_id LEFT JOIN channel c ON c.channel_id = r.channel_id
	LEFT JOIN bot b ON b.bot_id = r.bot_id
WHERE r.hours_rule_id = $1::bigint AND coalesce(q.deleted_at, c.deleted_at, b.deleted_at) IS NULL

-- name: hours_snapshot
SELECT r.revision, jsonb_build_object('name', coalesce(q.name, c.name, b.name),
	'monday', hours_words(r.hours_rule_id, 1), 'tuesday', hours_words(r.hours_rule_id, 2),
	'wednesday', hours_words(r.hours_rule_id, 3), 'thursday', hours_words(r.hours_rule_id, 4),
	'friday', hours_words(r.hours_rule_id, 5), 'saturday', hours_words(r.hours_rule_id, 6),
	'sunday', hours_words(r.hours_rule_id, 0),
	'closes_on', (SELECT coalesce(jsonb_agg(k.name ORDER BY k.value), '[]') FROM code k
		WHERE k.list = 'holiday_kind' AND k.value < 4 AND r.closes_on & (1 << (k.value - 1)) <> 0),
	'closed_action', (SELECT name FROM code WHERE list = 'hours_action' AND value = r.closed_action),
	'closed_text', r.closed_text,
	'holiday_action', (SELECT name FROM code WHERE list = 'hours_action' AND value = r.holiday_action),
	'holiday_text', r.holiday_text,
	'absent_action', (SELECT name FROM code WHERE list = 'hours_action' AND value = r.absent_action),
	'absent_text', r.absent_text) AS snapshot
FROM hours_rule r LEFT JOIN queue q ON q.queue_id = r.queue_id LEFT JOIN channel c ON c.channel_id = r.channel_id
	LEFT JOIN bot b ON b.bot_id = r.bot_id
WHERE r.hours_rule_id = $1::bigint AND coalesce(q.deleted_at, c.deleted_at, b.deleted_at) IS NULL

-- name: hours_update
UPDATE hours_rule SET closes_on = $2, closed_action = $3, closed_text = $4, holiday_action = $5,
	holiday_text = $6, absent_action = $7, absent_text = $8, revision = revision + 1
WHERE hours_rule_id = $1::bigint

-- name: hours_week_set
SELECT hours_spans_set($1::bigint, $2::bigint[], $3::bigint[], $4::bigint[]) IS NULL AS done

-- name: holiday_years
SELECT DISTINCT extract(year FROM day)::integer AS year FROM holiday WHERE deleted_at IS NULL ORDER BY 1

-- name: holiday_list
SELECT h.holiday_id, to_char(h.day, 'YYYY-MM-DD') AS day, extract(dow FROM h.day)::integer AS weekday, h.name, h.kind,
	h.spans, coalesce(q.name, c.name, b.name) AS whom
FROM holiday h LEFT JOIN hours_rule r ON r.hours_rule_id = h.hours_rule_id
	LEFT JOIN queue q ON q.queue_id = r.queue_id LEFT JOIN channel c ON c.channel_id = r.channel_id
	LEFT JOIN bot b ON b.bot_id = r.bot_id
WHERE h.deleted_at IS NULL AND extract(year FROM h.day) = $1::bigint
ORDER BY h.day, h.holiday_id

-- name: holiday_get
SELECT holiday_id, to_char(day, 'YYYY-MM-DD') AS day, name, kind, spans, coalesce(hours_rule_id, 0) AS hours_rule_id, revision
FROM holiday WHERE holiday_id = $1::bigint AND deleted_at IS NULL

-- name: holiday_snapshot
SELECT h.revision, jsonb_build_object('day', to_char(h.day, 'YYYY-MM-DD'), 'name', h.name,
	'kind', (SELECT name FROM code WHERE list = 'holiday_kind' AND value = h.kind),
	'whom', coalesce(q.name, c.name, b.name, ''),
	'spans', (SELECT coalesce(string_agg(to_char(make_interval(mins => h.spans[i]::int), 'HH24:MI') || '-'
		|| to_char(make_interval(mins => h.spans[i + 1]::int), 'HH24:MI'), ', ' ORDER BY i), '')
		FROM generate_series(1, cardinality(h.spans), 2) i)) AS snapshot
FROM holiday h LEFT JOIN hours_rule r ON r.hours_rule_id = h.hours_rule_id
	LEFT JOIN queue q ON q.queue_id = r.queue_id LEFT JOIN channel c ON c.channel_id = r.channel_id
	LEFT JOIN bot b ON b.bot_id = r.bot_id
WHERE h.holiday_id = $1::bigint AND h.deleted_at IS NULL

-- name: holiday_insert
INSERT INTO holiday (day, name, kind, hours_rule_id, spans)
SELECT to_date($2, 'YYYYMMDD'), $3, $4, nullif($5::bigint, 0), $6::bigint[] WHERE $1::bigint = 0
RETURNING holiday_id

-- name: holiday_update
UPDATE holiday SET day = to_date($2, 'YYYYMMDD'), name = $3, kind = $4, hours_rule_id = nullif($5::bigint, 0),
	spans = $6::bigint[], revision = revision + 1
WHERE holiday_id = $1::bigint RETURNING holiday_id

-- name: holiday_remove
UPDATE holiday SET deleted_at = now(), revision = revision + 1 WHERE holiday_id = $1::bigint

-- name: holiday_add_many
-- What is there already stays as it is.
INSERT INTO holiday (day, name, kind)
SELECT to_date(d.day, 'YYYYMMDD'), d.name, d.kind FROM unnest($1::text[], $2::text[], $3::bigint[]) d (day, name, kind)
ON CONFLICT (day, coalesce(hours_rule_id, 0)) WHERE deleted_at IS NULL DO NOTHING
