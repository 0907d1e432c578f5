-- Roles of the agency's own, and looking at the product as another role does.

ALTER TABLE role ADD description text NOT NULL DEFAULT '';
ALTER TABLE role ALTER key DROP NOT NULL;           -- only the shipped ones have a key
CREATE UNIQUE INDEX role_name ON role (lower(name)) WHERE deleted_at IS NULL;
ALTER TABLE session ADD view_role_id bigint REFERENCES role;   -- looks as this role: reads only
