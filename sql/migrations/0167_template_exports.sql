-- The list of templates leaves as a file too: for whom that of sessions does, on its terms.
INSERT INTO export_rule (role_id, dataset, allowed, rows_max, masked, reason_required, internal, formats)
SELECT x.role_id, 'template', x.allowed, x.rows_max, x.masked, x.reason_required, x.internal, x.formats
FROM export_rule x WHERE x.dataset = 'session' ON CONFLICT DO NOTHING;
