-- Tipificaciones as an agency arranges them: a tree of any depth, whose parts can be set aside.

ALTER TABLE typification ADD enabled boolean NOT NULL DEFAULT true;
CREATE UNIQUE INDEX typification_name ON typification (coalesce(parent_id, 0), lower(name)) WHERE deleted_at IS NULL;
CREATE INDEX typification_parent ON typification (parent_id) WHERE deleted_at IS NULL;
