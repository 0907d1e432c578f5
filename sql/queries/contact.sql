-- name: contact_of_visitor
WITH k AS (INSERT INTO contact (contact_id, name) VALUES ($1, $2))
UPDATE visitor SET contact_id = $1 WHERE visitor_id = $3

-- name: contact_of_identity
WITH k AS (INSERT INTO contact (contact_id, name) VALUES ($1, $2))
INSERT INTO identity (contact_id, channel_id, kind, value) VALUES ($1, $3, $4, $5)

-- name: contact_fill
-- What a contact says of itself. One with a CUIT is only completed: anybody may write that CUIT.
UPDATE contact SET
	name = CASE WHEN cuit IS NULL THEN coalesce($2, name) ELSE coalesce(name, $2) END,
	email = CASE WHEN cuit IS NULL THEN coalesce($3, email) ELSE coalesce(email, $3) END,
	phone = CASE WHEN cuit IS NULL THEN coalesce($4, phone) ELSE coalesce(phone, $4) END
WHERE contact_id = $1

-- name: contact_declare_cuit
-- Whose CUIT it is: the contact that has it; else this one, when it has none; else a new one (an
-- accountant writes for several people from one browser).
WITH found AS (
	SELECT contact_id FROM contact WHERE cuit = $2 AND merged_into IS NULL
), own AS (
	UPDATE contact SET cuit = $2, cuit_state = 1
	WHERE contact_id = $1 AND cuit IS NULL AND NOT EXISTS (SELECT FROM found)
	RETURNING contact_id
), made AS (
	INSERT INTO contact (cuit, cuit_state)
	SELECT $2, 1 FROM contact
	WHERE contact_id = $1 AND cuit IS NOT NULL AND NOT EXISTS (SELECT FROM found)
	RETURNING contact_id
)
SELECT contact_id FROM found UNION ALL SELECT contact_id FROM own UNION ALL SELECT contact_id FROM made

-- name: visitor_move
UPDATE visitor SET contact_id = $2 WHERE visitor_id = $1

-- name: identity_move
-- With what came together with it: a network may know one person by two names, told at once.
UPDATE identity i SET contact_id = $4 FROM identity w
WHERE w.channel_id = $1 AND w.kind = $2 AND w.value = $3
	AND i.channel_id = w.channel_id AND i.contact_id = w.contact_id AND i.created_at = w.created_at
