-- Who may take what out, and the downloads that the worker makes.

-- name: export_allowed
-- One row: of all roles of a person the most generous rule.
SELECT count(*) > 0 AS allowed, CASE WHEN bool_or(x.rows_max = 0) THEN 0 ELSE coalesce(max(x.rows_max), 0) END AS rows_max,
	coalesce(bool_and(x.masked), true) AS masked, coalesce(bool_and(x.reason_required), true) AS reason_required,
	coalesce(bool_or(x.internal), false) AS internal
FROM export_rule x JOIN user_role ur ON ur.role_id = x.role_id AND ur.user_id = $1::bigint
	JOIN role r ON r.role_id = x.role_id AND r.deleted_at IS NULL
WHERE x.dataset = $2 AND x.allowed AND $3 = ANY (x.formats)

-- name: export_offered
-- In which formats a person may take a data set ($2), and on what terms.
SELECT f.format, bool_and(x.reason_required) AS reason_required, bool_or(x.internal) AS internal
FROM export_rule x JOIN user_role ur ON ur.role_id = x.role_id AND ur.user_id = $1::bigint
	JOIN role r ON r.role_id = x.role_id AND r.deleted_at IS NULL
	CROSS JOIN unnest(x.formats) f (format)
WHERE x.dataset = $2 AND x.allowed GROUP BY f.format

-- name: export_rules
-- Every role ($1 0) or one, with its rules: "audit:0:1:0:0:csv,xlsx", rows, masked, reason, internal, formats.
SELECT r.role_id, r.name, r.revision, array_to_string(ARRAY(SELECT concat_ws(':', x.dataset, x.rows_max, x.masked::int,
		x.reason_required::int, x.internal::int, CASE WHEN x.allowed THEN array_to_string(x.formats, ',') ELSE '' END)
	FROM export_rule x WHERE x.role_id = r.role_id), ' ') AS rules
FROM role r WHERE r.deleted_at IS NULL AND ($1::bigint = 0 OR r.role_id = $1)
ORDER BY NOT r.builtin, r.role_id

-- name: export_snapshot
SELECT r.revision, (SELECT coalesce(jsonb_object_agg(x.dataset, CASE WHEN x.allowed THEN concat_ws(', ',
		array_to_string(x.formats, ' '), CASE WHEN x.rows_max > 0 THEN 'hasta ' || x.rows_max END,
		CASE WHEN x.masked THEN 'enmascarado' END, CASE WHEN x.internal THEN 'con notas internas' END,
		CASE WHEN x.reason_required THEN 'con motivo' END) ELSE 'no' END), '{}')
	FROM export_rule x WHERE x.role_id = r.role_id) AS snapshot
FROM role r WHERE r.role_id = $1::bigint AND r.deleted_at IS NULL

-- name: export_rule_set
INSERT INTO export_rule (role_id, dataset, rows_max, masked, reason_required, internal, formats, allowed)
VALUES ($1, $2, $3, $4, $5, $6, $7::text[], cardinality($7::text[]) > 0)
ON CONFLICT (role_id, dataset) DO UPDATE SET rows_max = excluded.rows_max, masked = excluded.masked,
	reason_required = excluded.reason_required, internal = excluded.internal, formats = excluded.formats,
	allowed = excluded.allowed

-- name: export_rule_touch
UPDATE role SET revision = revision + 1 WHERE role_id = $1::bigint

-- name: export_job_insert
-- Once per form.
INSERT INTO export_job (user_id, dataset, format, reason, parameters, rows_max, masked, once)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (user_id, once) DO NOTHING

-- name: export_job_list
SELECT export_job_id, dataset, format, reason, state, rows_done, coalesce(size, 0) AS size, created_at, ended_at
FROM export_job WHERE user_id = $1::bigint ORDER BY export_job_id DESC LIMIT 50

-- name: export_job_get
SELECT export_job_id, dataset, format, state, file_hash, rows_done, ended_at FROM export_job
WHERE export_job_id = $1::bigint AND user_id = $2::bigint

-- name: export_job_cancel
UPDATE export_job SET state = 3, ended_at = now()
WHERE export_job_id = $1::bigint AND user_id = $2::bigint AND state IN (0, 1)
