-- Downloads as the worker makes them.

-- name: export_job_take
-- The oldest that waits; one that was at work belongs to a worker that is no more, and begins again.
UPDATE export_job SET state = 1, started_at = now(), rows_done = 0
WHERE export_job_id = (SELECT export_job_id FROM export_job WHERE state IN (0, 1) ORDER BY export_job_id LIMIT 1)
RETURNING export_job_id, user_id, dataset, format, reason, parameters, rows_max, masked

-- name: export_job_progress
-- No row: it was cancelled.
UPDATE export_job SET rows_done = $2 WHERE export_job_id = $1::bigint AND state = 1 RETURNING export_job_id

-- name: export_job_done
UPDATE export_job SET state = 2, ended_at = now(), rows_done = $2, size = $3, file_hash = $4
WHERE export_job_id = $1::bigint AND state = 1 RETURNING export_job_id

-- name: export_job_failed
UPDATE export_job SET state = 4, ended_at = now() WHERE export_job_id = $1::bigint AND state = 1

-- name: export_job_expired
-- One whose day is over, and whether its bytes are also somebody else's.
SELECT j.export_job_id, j.file_hash, EXISTS (SELECT 1 FROM file f WHERE f.sha256 = decode(j.file_hash, 'hex'))
	OR EXISTS (SELECT 1 FROM export_job o WHERE o.file_hash = j.file_hash AND o.export_job_id <> j.export_job_id) AS shared
FROM export_job j WHERE j.state = 2 AND j.file_hash IS NOT NULL AND j.ended_at < now() - interval '1 day'
ORDER BY j.export_job_id LIMIT 1

-- name: export_job_emptied
UPDATE export_job SET file_hash = NULL WHERE export_job_id = $1::bigint

-- name: export_job_abandon
UPDATE export_job SET state = 4, ended_at = now() WHERE state = 1
