-- Who had a case and why, and a day with another rule, leave as files too: for whom the board's list does, on its terms.
INSERT INTO export_rule (role_id, dataset, allowed, rows_max, masked, reason_required, internal, formats)
SELECT x.role_id, d.dataset, x.allowed, x.rows_max, x.masked, x.reason_required, x.internal, x.formats
FROM export_rule x CROSS JOIN (VALUES ('assignment'), ('simulation')) d (dataset)
WHERE x.dataset = 'board' ON CONFLICT DO NOTHING;
