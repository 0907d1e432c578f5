-- Who may change operators' states.

INSERT INTO role_permission (role_id, permission)
SELECT role_id, 'agent.manage' FROM role WHERE key IN ('supervisor', 'supervisor_saliente');
