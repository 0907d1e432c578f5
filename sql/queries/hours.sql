-- name: hours_spans
SELECT coalesce(channel_id, 0) AS channel_id, coalesce(queue_id, 0) AS queue_id, coalesce(bot_id, 0) AS bot_id,
	weekday, from_minute, to_minute
FROM hours_span

-- name: hours_holidays
-- As the number yyyymmdd; what is long gone does not matter.
SELECT to_char(day, 'YYYYMMDD')::bigint AS day FROM holiday WHERE day >= current_date - 7
