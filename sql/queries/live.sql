-- Everything the live program asks; its role may do nothing else (sql/functions/live.sql).

-- name: live_authorise
-- No row: no such session.
SELECT session_id, topics FROM live_authorise($1, string_to_array($2, ' '))

-- name: live_authorise_visitor
SELECT live_authorise_visitor($1) AS visitor_id

-- name: live_tail_start
SELECT snapshot, floor, xid, topics FROM live_tail_start($1)

-- name: live_tail
-- $1: the snapshot of the last one. At least one row, without xid when nothing happened.
SELECT snapshot, xid, topics FROM live_tail($1)

-- name: live_heartbeat
SELECT live_heartbeat($1, $2)

-- name: live_beat
-- A whole beat of this program ($1) is written: so many pages of the staff it heard.
SELECT live_beat($1, $2)
