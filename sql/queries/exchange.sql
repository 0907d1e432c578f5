-- What was said to providers and what they said, as an administrator looks through it.

-- name: exchange_lines
SELECT channel_id, name FROM channel WHERE deleted_at IS NULL AND messenger <> 1 ORDER BY lower(name)

-- name: exchange_list
-- Calls, the last first: of a line ($1; 0: all), from $2 on and before $3, that ended so ($4: an outcome; 0: any), of a row of
-- the outbox ($5; 0: any), or of what a conversation said ($6; 0: any). $7 at most.
SELECT e.at, h.name AS line, e.outbox_id, e.kind, e.method, e.path, e.status, e.ms, e.outcome, e.error_code, e.error, e.sent, e.said
FROM exchange e JOIN channel h ON h.channel_id = e.channel_id
WHERE e.at >= $2::timestamptz AND e.at < $3::timestamptz AND ($1::bigint = 0 OR e.channel_id = $1)
	AND ($4::bigint = 0 OR e.outcome = $4) AND ($5::bigint = 0 OR e.outbox_id = $5)
	AND ($6::bigint = 0 OR e.outbox_id IN (SELECT o.outbox_id FROM outbox o WHERE o.conversation_id = $6
		AND o.seq IS NOT NULL AND o.created_at > $2::timestamptz - interval '8 days'))
ORDER BY e.at DESC LIMIT $7::bigint

-- name: exchange_heard
-- What came in by a line ($1), the last first, whole: who shows it masks it. result: done, waits, stands aside. Looks at the
-- last $4 of all lines.
SELECT received_at, inbound_id, raw, result FROM inbound_heard($1::bigint, $2::timestamptz, $3::timestamptz, $4::bigint)
