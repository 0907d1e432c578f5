-- name: hooks_alive
SELECT 1 AS alive
