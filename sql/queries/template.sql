-- Templates of WhatsApp as administrators write and see them.

-- name: template_snapshot
-- What is written, as it would be submitted; else what the provider has.
SELECT t.revision, jsonb_build_object('name', t.name, 'language', t.language, 'state', s.name,
	'category', coalesce(lower(t.draft->>'category'), c.name),
	'header', (SELECT coalesce(p->>'text', p->>'format') FROM jsonb_array_elements(x.parts) p WHERE p->>'type' = 'HEADER' LIMIT 1),
	'body', (SELECT p->>'text' FROM jsonb_array_elements(x.parts) p WHERE p->>'type' = 'BODY' LIMIT 1),
	'footer', (SELECT p->>'text' FROM jsonb_array_elements(x.parts) p WHERE p->>'type' = 'FOOTER' LIMIT 1),
	'buttons', jsonb_path_query_array(x.parts, '$[*].buttons[*].text'), 'file', t.draft_file_name, 'asked', t.call_kind) AS snapshot
FROM template t JOIN code s ON s.list = 'template_state' AND s.value = t.state
	JOIN code c ON c.list = 'template_category' AND c.value = t.category
	CROSS JOIN LATERAL (SELECT coalesce(t.draft->'components', t.components) AS parts) x
WHERE t.template_id = $1::bigint AND t.state <> 12

-- name: template_search
-- $1 words, '' any; $2 a state, -1 any; $3 a language, '' any; $4 a line, 0 any. following: something is on its way.
SELECT t.template_id, t.name, t.language, t.category, t.previous_category, t.next_category, t.state, t.quality,
	t.paused_until, t.reason, t.changed_at, coalesce(t.submitted_at, t.created_at) AS submitted_at, t.call_kind, t.call_error,
	t.draft IS NOT NULL AND t.state <> 0 AS has_draft, t.call_id IS NOT NULL OR t.state = 1 AS following,
	(SELECT string_agg(h.name, ', ' ORDER BY lower(h.name)) FROM channel h WHERE h.business = t.business AND h.messenger = 2
		AND h.deleted_at IS NULL) AS lines,
	(SELECT p->>'text' FROM jsonb_array_elements(coalesce(t.draft->'components', t.components)) p
		WHERE p->>'type' = 'BODY' LIMIT 1) AS body
FROM template t
WHERE t.state <> 12 AND ($2::bigint = -1 OR t.state = $2) AND ($3::text = '' OR t.language = $3)
	AND ($4::bigint = 0 OR t.business = (SELECT business FROM channel WHERE channel_id = $4))
	AND ($1::text = '' OR strpos(lower(t.name), lower($1)) > 0 OR strpos(text_folded(coalesce(t.draft->'components', t.components)::text),
		text_folded($1)) > 0)
ORDER BY t.name, t.language LIMIT 5000

-- name: template_lines
-- The lines that have an account, and which is which.
SELECT channel_id, name, business FROM channel
WHERE messenger = 2 AND deleted_at IS NULL AND business <> '' ORDER BY lower(name)

-- name: template_accounts_seen
-- The accounts' lists: when they came, why not, and whether one is on its way.
SELECT a.listed_at, a.error, a.error_at, a.due_at <= now() OR (a.asked_at > coalesce(a.listed_at, '-infinity')
		AND a.asked_at > coalesce(a.error_at, '-infinity') AND a.asked_at > now() - interval '1 minute') AS asking,
	(SELECT string_agg(h.name, ', ' ORDER BY lower(h.name)) FROM channel h WHERE h.business = a.business AND h.messenger = 2
		AND h.deleted_at IS NULL) AS lines
FROM template_account a WHERE EXISTS (SELECT FROM channel h WHERE h.business = a.business AND h.messenger = 2
	AND h.deleted_at IS NULL)

-- name: template_languages
SELECT DISTINCT language FROM template WHERE state <> 12 ORDER BY language

-- name: template_get
SELECT t.template_id, t.business, t.name, t.language, t.category, t.previous_category, t.next_category, t.state,
	t.quality, t.state_at, t.paused_until, t.reason, t.advice, t.call_kind, t.call_error, t.provider_id, t.revision,
	coalesce(t.draft->'components', t.components)::text AS components, t.draft IS NOT NULL AS has_draft,
	coalesce((SELECT value FROM code WHERE list = 'template_category' AND name = lower(t.draft->>'category')), t.category) AS draft_category,
	t.draft_file_name, t.draft_file_id, f.media_type AS draft_file_type, t.submitted_at, u.name AS submitted_by,
	-- An approved one changes once a day, and ten times in thirty days.
	CASE WHEN t.state = 2 THEN greatest(t.submitted_at + interval '1 day', (SELECT e.at + interval '30 days' FROM template_change e
		WHERE e.template_id = t.template_id AND e.what = 'edit' ORDER BY e.at DESC OFFSET 9 LIMIT 1)) END AS again_at,
	(SELECT string_agg(h.name, ', ' ORDER BY lower(h.name)) FROM channel h WHERE h.business = t.business AND h.messenger = 2
		AND h.deleted_at IS NULL) AS lines
FROM template t LEFT JOIN file f ON f.file_id = t.draft_file_id LEFT JOIN app_user u ON u.user_id = t.submitted_by
WHERE t.template_id = $1::bigint AND t.state <> 12

-- name: template_history
SELECT at, what, before, after, reason, advice FROM template_change WHERE template_id = $1::bigint AND what <> 'edit'
ORDER BY at DESC, template_change_id DESC LIMIT 50

-- name: template_use
-- What is affected when it goes: the lines that have it, what waits to be sent with it, its other languages, which stay.
SELECT 'line' AS what, h.name FROM template t JOIN channel h ON h.business = t.business AND h.messenger = 2
	AND h.deleted_at IS NULL WHERE t.template_id = $1::bigint
UNION ALL
SELECT 'waiting', count(*)::text FROM template t JOIN channel h ON h.business = t.business
	JOIN outbox_queue q ON q.channel_id = h.channel_id
	JOIN outbox o ON o.outbox_id = q.outbox_id AND o.created_at = q.created_at AND o.kind = 'template'
		AND o.payload->>'name' = t.name AND o.payload->>'language' = t.language
	WHERE t.template_id = $1 HAVING count(*) > 0
UNION ALL
SELECT 'language', o.language FROM template t JOIN template o ON o.business = t.business AND o.name = t.name
	AND o.template_id <> t.template_id AND o.state <> 12 WHERE t.template_id = $1

-- name: template_insert
-- $1 the line, $8 who.
WITH a AS (
	INSERT INTO template_account (business) SELECT business FROM channel WHERE channel_id = $1::bigint AND business <> ''
		AND messenger = 2 AND deleted_at IS NULL ON CONFLICT DO NOTHING
)
INSERT INTO template (business, name, language, category, draft, draft_file_id, draft_file_name, created_by, changed_by)
SELECT business, $2::text, $3::text, $4::smallint, $5::jsonb, nullif($6::bigint, 0), $7::text, $8::bigint, $8 FROM channel
WHERE channel_id = $1 AND business <> '' AND messenger = 2 AND deleted_at IS NULL RETURNING template_id

-- name: template_update
-- A draft's name and language are still its own. $6, $7: another sample (0: the one there is).
UPDATE template SET name = CASE WHEN state = 0 THEN $2::text ELSE name END,
	language = CASE WHEN state = 0 THEN $3::text ELSE language END,
	category = CASE WHEN state = 0 THEN $4::smallint ELSE category END, draft = $5::jsonb,
	draft_file_id = coalesce(nullif($6::bigint, 0), draft_file_id),
	draft_file_name = CASE WHEN $6 = 0 THEN draft_file_name ELSE $7::text END,
	call_error = NULL, changed_at = now(), changed_by = $8::bigint, revision = revision + 1
WHERE template_id = $1::bigint AND call_id IS NULL AND state IN (0, 2, 3, 5, 6) RETURNING template_id

-- name: template_submit
-- Asks the provider for a review, with the header's sample. $2: who.
WITH t AS (
	SELECT t.template_id, now() AS at, (SELECT h.channel_id FROM channel h WHERE h.business = t.business AND h.messenger = 2
			AND h.deleted_at IS NULL ORDER BY h.enabled DESC, h.channel_id LIMIT 1) AS channel_id,
		jsonb_strip_nulls(jsonb_build_object('name', t.name, 'language', t.language, 'category', t.draft->>'category',
			'parameter_format', t.draft->>'format', 'id', t.provider_id, 'file', CASE WHEN f.file_id IS NOT NULL
				AND jsonb_path_exists(t.draft->'components', '$[*] ? (@.type == "HEADER" && @.format != "TEXT" && @.format != "LOCATION")')
			THEN jsonb_build_object('stored', f.file_id, 'name', t.draft_file_name, 'type', f.media_type, 'size', f.size_bytes) END))
		|| jsonb_build_object('components', t.draft->'components') AS payload
	FROM template t LEFT JOIN file f ON f.file_id = t.draft_file_id
	WHERE t.template_id = $1::bigint AND t.draft IS NOT NULL AND t.call_id IS NULL
), o AS (
	INSERT INTO outbox (channel_id, kind, payload) SELECT channel_id, 'submit', payload FROM t WHERE channel_id IS NOT NULL
	RETURNING outbox_id, created_at
), q AS (
	INSERT INTO outbox_queue (lane, outbox_id, created_at) SELECT 0, outbox_id, created_at FROM o
)
UPDATE template SET call_id = o.outbox_id, call_at = o.created_at, call_kind = 'submit', call_error = NULL,
	submitted_at = now(), submitted_by = $2::bigint FROM o WHERE template_id = $1 RETURNING template_id

-- name: template_remove
-- Asks the provider to remove it; what it has never had is gone at once.
WITH t AS (
	SELECT t.template_id, t.provider_id, t.name, (SELECT h.channel_id FROM channel h WHERE h.business = t.business
		AND h.messenger = 2 AND h.deleted_at IS NULL ORDER BY h.enabled DESC, h.channel_id LIMIT 1) AS channel_id
	FROM template t WHERE t.template_id = $1::bigint AND t.call_id IS NULL
), o AS (
	INSERT INTO outbox (channel_id, kind, payload) SELECT channel_id, 'remove', jsonb_build_object('name', name, 'id', provider_id)
	FROM t WHERE provider_id IS NOT NULL AND channel_id IS NOT NULL RETURNING outbox_id, created_at
), q AS (
	INSERT INTO outbox_queue (lane, outbox_id, created_at) SELECT 0, outbox_id, created_at FROM o
)
UPDATE template m SET call_id = (SELECT outbox_id FROM o), call_at = (SELECT created_at FROM o),
	call_kind = (SELECT 'remove' FROM o), call_error = NULL, revision = revision + 1, changed_at = now(), changed_by = $2::bigint,
	state = CASE WHEN t.provider_id IS NULL THEN 12 ELSE m.state END
FROM t WHERE m.template_id = t.template_id AND (t.provider_id IS NULL OR t.channel_id IS NOT NULL) RETURNING m.template_id

-- name: template_ask_all
-- The lists of all accounts are due now.
WITH fresh AS (
	INSERT INTO template_account (business) SELECT DISTINCT business FROM channel
	WHERE messenger = 2 AND deleted_at IS NULL AND business <> '' ON CONFLICT DO NOTHING
)
UPDATE template_account SET due_at = now() WHERE due_at > now()

-- name: template_offered
-- What may be said on a line with a template: approved ones, and those that are paused, which may not now. $2: one of
-- them; 0 all. $3: whatever became of it, if only the provider had it.
SELECT t.template_id, t.name, t.language, t.category, t.state, t.paused_until, t.format, t.components::text AS components
FROM template t JOIN channel h ON h.business = t.business AND h.messenger = 2 AND h.deleted_at IS NULL
WHERE h.channel_id = $1::bigint AND ($2::bigint = 0 OR t.template_id = $2) AND (t.state IN (2, 5, 6) OR $3::boolean AND t.state <> 0)
ORDER BY t.state = 6, t.name, t.language LIMIT 1000
