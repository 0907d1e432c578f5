-- Lists leave as Excel too, wherever they leave as CSV; conversations leave as documents.
ALTER TABLE export_rule ADD internal boolean NOT NULL DEFAULT false;   -- also what only colleagues are to read
UPDATE export_rule SET formats = '{csv,xlsx}' WHERE formats = '{csv}';
INSERT INTO export_rule (role_id, dataset, formats, reason_required)
SELECT role_id, 'transcript', '{pdf,html,txt}', key = 'administrador' FROM role
WHERE key IN ('operador', 'supervisor', 'administrador', 'operador_saliente', 'supervisor_saliente')
ON CONFLICT DO NOTHING;
