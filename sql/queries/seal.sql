-- The seals of the audit.

-- name: seal_last
SELECT seal_id, to_xid::text AS to_xid, digest FROM audit_seal ORDER BY seal_id DESC LIMIT 1

-- name: seal_bound
-- Up to where everything is finished, or after 20,000 rows, whatever comes first.
SELECT least(pg_snapshot_xmin(pg_current_snapshot()), (
	SELECT max(xid) FROM (SELECT xid FROM audit WHERE xid >= $1::xid8 ORDER BY xid LIMIT 20000) a
	HAVING count(*) = 20000))::text AS to_xid

-- name: seal_rows
-- What a seal over these transactions keeps: 24 bytes per row. Each column by name, so that a later migration does not
-- change what was sealed.
SELECT count(*) AS row_count, coalesce(string_agg(int8send(audit_id) || substr(sha256(convert_to(json_build_array(audit_id,
	(extract(epoch FROM at) * 1000000)::bigint, xid::text, actor_id, actor_name, program, action, entity, entity_id,
	conversation_id, session_id, host(address), user_agent, request_id, before, after)::text, 'UTF8')), 1, 16), ''::bytea
	ORDER BY xid, audit_id), ''::bytea) AS rows
FROM audit WHERE xid >= $1::xid8 AND xid < $2::xid8

-- name: seal_insert
INSERT INTO audit_seal (seal_id, from_xid, to_xid, row_count, rows, previous_digest, digest)
VALUES ($1, $2::xid8, $3::xid8, $4, $5, $6, $7)

-- name: seal_after
-- The next one of the chain.
SELECT seal_id, sealed_at, from_xid::text AS from_xid, to_xid::text AS to_xid, row_count, rows, previous_digest, digest
FROM audit_seal WHERE seal_id > $1 ORDER BY seal_id LIMIT 1

-- name: seal_future_row
-- A row with the number of a transaction that has not been yet: nobody's but a forger's.
SELECT audit_id FROM audit WHERE xid >= pg_snapshot_xmax(pg_current_snapshot()) ORDER BY xid, audit_id LIMIT 1

-- name: seal_row
SELECT at, coalesce(actor_name, '') AS actor_name, action FROM audit WHERE audit_id = $1::bigint LIMIT 1
