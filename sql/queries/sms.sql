-- SMS by line, day and class (table sms_count).

-- name: sms_lines
-- Those that are there, and those that were.
SELECT channel_id, name, deleted_at IS NOT NULL AS gone FROM channel WHERE messenger = 7
ORDER BY deleted_at IS NOT NULL, lower(name), channel_id

-- name: sms_sums
-- From day $1 to day $2, both of them within; of a line ($3; 0: all).
SELECT c.day::text AS day, c.day - $1::date AS place, h.channel_id, h.name AS line, c.class, sum(c.messages) AS messages,
	sum(c.segments) AS segments, sum(c.delivered) AS delivered, sum(c.failed) AS failed
FROM sms_count c JOIN channel h ON h.channel_id = c.channel_id
WHERE c.day BETWEEN $1::date AND $2::date AND ($3::bigint = 0 OR c.channel_id = $3)
GROUP BY c.day, h.channel_id, h.name, c.class ORDER BY c.day, lower(h.name), h.channel_id, c.class
