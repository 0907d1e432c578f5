-- name: health
-- One row: workers without a sign of life for a minute, partitions ahead, what waits and since when, and for how long the
-- most silent of the live programs has written no presence (-1: none within a day).
SELECT partition_days_ahead(now()) AS partition_days,
	(SELECT count(*) FROM inbound_queue) AS inbound_waiting,
	coalesce((SELECT extract(epoch FROM now() - min(received_at))::bigint FROM inbound_queue), 0)
		AS inbound_oldest_s,
	coalesce((SELECT extract(epoch FROM now() - min(beat_at))::bigint FROM live_program
		WHERE beat_at > now() - interval '1 day'), -1) AS presence_s,
	(SELECT count(*) FROM inbound_poison WHERE repeated_at IS NULL) AS quarantined,
	(SELECT count(*) FROM file WHERE scan_state = 1) AS scan_waiting,
	coalesce((SELECT extract(epoch FROM now() - down_since)::bigint FROM scan_health WHERE scan_wanted()), -1) AS scan_down_s,
	scan_wanted() AS scan_wanted,
	coalesce((SELECT string_agg(e.command || ' ' || e.lane, ', ' ORDER BY e.command, e.lane)
		FROM (VALUES ('intake', 0), ('intake', 1), ('intake', 2), ('send', 0), ('route', 0), ('expire', 0),
			('seal', 0), ('partition', 0), ('export', 0), ('scan', 0)) e (command, lane)
		LEFT JOIN worker w ON w.command = e.command AND w.lane = e.lane
		WHERE w.beat_at IS NULL OR w.beat_at < now() - interval '1 minute'), '') AS workers_silent
