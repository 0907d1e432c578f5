-- What administrators arrange in forms: a revision for each thing that can be edited, so that the
-- second of two is told; settings; types of conversation; who may.

ALTER TABLE role ADD revision integer NOT NULL DEFAULT 1;
ALTER TABLE app_user ADD revision integer NOT NULL DEFAULT 1;
ALTER TABLE break_type ADD revision integer NOT NULL DEFAULT 1;
ALTER TABLE queue ADD revision integer NOT NULL DEFAULT 1;
ALTER TABLE channel ADD revision integer NOT NULL DEFAULT 1;
ALTER TABLE typification ADD revision integer NOT NULL DEFAULT 1;
ALTER TABLE canned_reply ADD revision integer NOT NULL DEFAULT 1;
ALTER TABLE setting ADD revision integer NOT NULL DEFAULT 1;

-- What a conversation is about in the agency's terms (consulta, reclamo, denuncia).
CREATE TABLE conversation_type (
	conversation_type_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	name text NOT NULL CHECK (length(name) BETWEEN 1 AND 60),
	description text NOT NULL DEFAULT '',
	position integer NOT NULL DEFAULT 0,
	enabled boolean NOT NULL DEFAULT true,
	revision integer NOT NULL DEFAULT 1,
	deleted_at timestamptz
);
CREATE UNIQUE INDEX conversation_type_name ON conversation_type (lower(name)) WHERE deleted_at IS NULL;

INSERT INTO role_permission (role_id, permission)
SELECT r.role_id, p.permission FROM role r, (VALUES
	('user.view'), ('user.manage'), ('group.manage'), ('role.manage'), ('field.manage'), ('session.manage'),
	('login.manage'), ('break.manage'), ('queue.manage'), ('typification.manage'), ('hours.manage'),
	('canned.manage'), ('type.manage'), ('notification.manage'), ('channel.manage'), ('export.manage'),
	('audit.view'), ('setting.manage')
) p (permission) WHERE r.key = 'administrador'
UNION ALL
SELECT r.role_id, p.permission FROM role r, (VALUES ('user.view'), ('typification.manage'), ('canned.manage'))
	p (permission) WHERE r.key = 'supervisor';
