-- SMS summed by line, day and class as their rows of the outbox move on (sql/functions/sms_count.sql), so that months of
-- them are asked for in no time. A message is of the day on which it was written, in the agency's time.
ALTER TABLE outbox ADD segments smallint;        -- of an SMS: the messages that are paid for
CREATE TABLE sms_count (
	day date NOT NULL,
	channel_id bigint NOT NULL,
	class text NOT NULL,                     -- transactional, notification, institutional
	writer smallint NOT NULL,                -- a row of each process's own: none waits for another
	messages integer NOT NULL,
	segments integer NOT NULL,
	delivered integer NOT NULL,
	failed integer NOT NULL,
	PRIMARY KEY (day, channel_id, class, writer)
);

-- What went before: each took one at least.
INSERT INTO sms_count (day, channel_id, class, writer, messages, segments, delivered, failed)
SELECT (created_at AT TIME ZONE 'America/Argentina/Buenos_Aires')::date, channel_id, payload->>'class', 0, count(*), count(*),
	count(*) FILTER (WHERE state IN (3, 4)), count(*) FILTER (WHERE state = 5)
FROM outbox WHERE payload ? 'class' AND kind = 'message' AND state >= 2 GROUP BY 1, 2, 3;

-- Who may take the exchanges with providers out may take these sums out, on the same terms.
INSERT INTO export_rule (role_id, dataset, allowed, rows_max, masked, reason_required, internal, formats)
SELECT role_id, 'sms', allowed, rows_max, masked, reason_required, internal, formats FROM export_rule
WHERE dataset = 'exchange' ON CONFLICT DO NOTHING;
