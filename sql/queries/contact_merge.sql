-- Duplicates of a contact (functions contact_join and contact_part).

-- name: merge_may
-- Does this viewer see all of both? $5 0: of the one. gone: one of them became part of another that they see.
SELECT contact_access_all($1::bigint, $2::boolean, $3::boolean, $4::bigint)
	AND ($5::bigint = 0 OR contact_access_all($1, $2, $3, $5)) AS may,
	EXISTS (SELECT 1 FROM contact g WHERE g.contact_id IN ($4, $5) AND g.merged_into IS NOT NULL
		AND contact_access_all($1, $2, $3, g.merged_into)) AS gone

-- name: merge_join
SELECT contact_join($1::bigint, $2::bigint, $3::bigint) AS why

-- name: merge_part
-- Only one that is part of contact $1.
SELECT CASE WHEN EXISTS (SELECT 1 FROM contact_merge WHERE contact_merge_id = $2::bigint AND into_id = $1::bigint)
	THEN contact_part($2, $3::bigint) ELSE 'merged' END AS why

-- name: merge_proposals
-- Others that may be the same: by CUIT, address or telephone, each only when $5, $6, $7 say that the viewer sees it whole.
SELECT o.contact_id, o.name, $5::boolean AND o.cuit = k.cuit AS same_cuit,
	$6::boolean AND lower(o.email) = lower(k.email) AS same_email,
	$7::boolean AND right(regexp_replace(o.phone, '[^0-9]', '', 'g'), 8)
		= right(regexp_replace(k.phone, '[^0-9]', '', 'g'), 8) AS same_phone,
	(SELECT count(*) FROM conversation c WHERE c.contact_id = o.contact_id) AS conversations
FROM contact k JOIN contact o ON o.contact_id <> k.contact_id AND o.merged_into IS NULL AND (
	($5 AND o.cuit = k.cuit) OR ($6 AND lower(o.email) = lower(k.email) AND o.email IS NOT NULL)
	OR ($7 AND length(regexp_replace(k.phone, '[^0-9]', '', 'g')) >= 8 AND o.phone IS NOT NULL
		AND right(regexp_replace(o.phone, '[^0-9]', '', 'g'), 8) = right(regexp_replace(k.phone, '[^0-9]', '', 'g'), 8)))
WHERE k.contact_id = $4::bigint AND contact_access_all($1::bigint, $2::boolean, $3::boolean, o.contact_id)
ORDER BY o.contact_id LIMIT 10

-- name: merge_parts
-- What is part of it, latest first.
SELECT m.contact_merge_id, m.from_id, m.merged_at, v.name AS who, k.name, cardinality(m.conversation_ids) AS conversations
FROM contact_merge m JOIN contact k ON k.contact_id = m.from_id JOIN user_version v ON v.user_version_id = m.merged_by
WHERE m.into_id = $1::bigint AND m.split_at IS NULL ORDER BY m.contact_merge_id DESC LIMIT 50

-- name: merge_by_cuit
SELECT contact_id FROM contact WHERE cuit = $5::text AND merged_into IS NULL
	AND contact_access_all($1::bigint, $2::boolean, $3::boolean, contact_id) AND contact_id <> $4::bigint

-- name: merge_counts
SELECT (SELECT count(*) FROM conversation c WHERE c.contact_id = k.contact_id) AS conversations,
	(SELECT count(*) FROM identity i WHERE i.contact_id = k.contact_id)
		+ (SELECT count(*) FROM visitor v WHERE v.contact_id = k.contact_id) AS identities,
	(SELECT count(*) FROM contact_note n WHERE n.contact_id = k.contact_id AND n.deleted_at IS NULL) AS notes
FROM contact k WHERE k.contact_id = $1::bigint
