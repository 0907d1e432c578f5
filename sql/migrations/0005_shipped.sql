-- What every installation starts with: the shipped profiles.

INSERT INTO role (key, name, builtin) VALUES
	('operador', 'Operador', true), ('supervisor', 'Supervisor', true),
	('administrador', 'Administrador', true), ('operador_saliente', 'Operador saliente', true),
	('supervisor_saliente', 'Supervisor saliente', true);

INSERT INTO role_permission (role_id, permission)
SELECT r.role_id, p.permission FROM (VALUES
	('operador', 'desk.attend'), ('operador_saliente', 'desk.attend'),
	('supervisor', 'board.view'), ('supervisor', 'conversation.supervise'),
	('supervisor_saliente', 'board.view'), ('supervisor_saliente', 'conversation.supervise'),
	('administrador', 'board.view'), ('administrador', 'quarantine.manage')
) p (role, permission) JOIN role r ON r.key = p.role;
