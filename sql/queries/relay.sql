-- name: relay_shift_begin
-- The lane is ours: note who works, and learn whether the shift before ended badly.
WITH before AS (SELECT dirty FROM worker WHERE command = $1 AND lane = $2)
INSERT INTO worker (command, lane, dirty, pid, host, since, beat_at)
VALUES ($1, $2, true, $3, $4, now(), now())
ON CONFLICT (command, lane) DO UPDATE SET dirty = true, pid = excluded.pid, host = excluded.host,
	since = excluded.since, beat_at = excluded.beat_at
RETURNING coalesce((SELECT dirty FROM before), false) AS careful

-- name: relay_beat
UPDATE worker SET beat_at = now(), done = done + $3 WHERE command = $1 AND lane = $2

-- name: relay_shift_end
UPDATE worker SET dirty = false, beat_at = now(), done = done + $3 WHERE command = $1 AND lane = $2
