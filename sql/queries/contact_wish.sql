-- What people want to be sent (functions contact_wish_note and contact_refusal).

-- name: wish_of_identity
-- As their network told, or they wrote; no row: nobody is known by that name. Gives whether it is news.
SELECT contact_wish_note(i.identity_id, $4::bigint, $5::bigint, $6::text, NULL, $7::timestamptz) AS news
FROM identity i WHERE i.channel_id = $1::bigint AND i.kind = $2::text AND i.value = $3::text

-- name: wish_answers
-- Did somebody change their mind so often lately that a machine may be at the other end?
SELECT count(*) > $5::bigint AS enough
FROM contact_wish w JOIN identity i ON i.identity_id = w.identity_id
WHERE i.channel_id = $1::bigint AND i.kind = $2::text AND i.value = $3::text AND w.source = 2 AND w.at > $4::timestamptz

-- name: wish_refusals
-- What a contact may not be sent on a line, and why: of the purposes up to $3.
SELECT p AS purpose, w AS wish FROM generate_series(1, $3::bigint) p, contact_refusal($1::bigint, $2::bigint, p) w
WHERE w IS NOT NULL

-- name: wish_media
-- By which networks a contact can be sent something of our own accord, and whether they want it. The first of its lines
-- stands for all.
SELECT h.messenger, min(i.identity_id) AS identity_id, min(i.opted_out_at) AS opted_out_at,
	string_agg(DISTINCT h.name, ', ') AS channels
FROM identity i JOIN channel h ON h.channel_id = i.channel_id WHERE i.contact_id = $1::bigint
GROUP BY h.messenger ORDER BY h.messenger

-- name: wish_note
-- As they asked somebody of ours.
SELECT contact_wish_note($1::bigint, $2::bigint, 3, $3::text, $4::bigint, $5::timestamptz) AS news

-- name: wish_history
-- What was told of a contact, latest first.
SELECT w.wish, w.source, w.said, w.at, h.messenger, h.name AS channel, v.name AS who
FROM identity i JOIN contact_wish w ON w.identity_id = i.identity_id JOIN channel h ON h.channel_id = i.channel_id
	LEFT JOIN user_version v ON v.user_version_id = w.user_version_id
WHERE i.contact_id = $1::bigint ORDER BY w.at DESC, w.contact_wish_id DESC LIMIT 50
