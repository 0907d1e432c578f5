-- name: api_alive
SELECT 1 AS alive
