-- Templates as the workers keep them: their list, what the provider says of each, what became of what was asked.

-- name: template_told
-- An event; what it does not tell whole is wanted of the list. $1 the account, as the provider numbers it.
WITH known AS (
	SELECT business FROM template_account WHERE business = $1::text
), told AS (
	SELECT template_told(k.business, $2::text, $3::text, $4::text, $5::text, $6::text, $7::jsonb, $8::timestamptz) AS wanted FROM known k
)
UPDATE template_account SET due_at = least(due_at, now()) WHERE business = $1 AND (SELECT wanted FROM told)

-- name: template_accounts
-- Accounts that lines have and nobody has met.
INSERT INTO template_account (business) SELECT DISTINCT business FROM channel
WHERE messenger = 2 AND deleted_at IS NULL AND business <> '' AND business NOT IN (SELECT business FROM template_account)
ON CONFLICT DO NOTHING

-- name: template_due
-- Asks for the lists that are due: each hour, of an account that is new, when something unknown was told, and when a
-- pause is over. Not once more while one waits to go out. $1: how long a list is good for.
WITH line AS (
	SELECT DISTINCT ON (a.business) a.business, h.channel_id FROM template_account a
		JOIN channel h ON h.business = a.business AND h.messenger = 2 AND h.deleted_at IS NULL
	WHERE (a.due_at <= now() OR EXISTS (SELECT FROM template t WHERE t.business = a.business AND t.state = 6
			AND t.paused_until BETWEEN coalesce(a.asked_at, '-infinity') AND now()))
		AND NOT EXISTS (SELECT FROM outbox_queue q JOIN outbox o ON o.outbox_id = q.outbox_id AND o.created_at = q.created_at
			JOIN channel c ON c.channel_id = o.channel_id AND c.business = a.business WHERE o.kind = 'templates')
	ORDER BY a.business, h.enabled DESC, h.channel_id
), asked AS (
	UPDATE template_account a SET asked_at = now(), due_at = now() + make_interval(secs => $1::bigint) FROM line l
	WHERE a.business = l.business
), o AS (
	INSERT INTO outbox (channel_id, kind, payload) SELECT channel_id, 'templates', '{}' FROM line
	RETURNING outbox_id, created_at
)
INSERT INTO outbox_queue (lane, outbox_id, created_at) SELECT 0, outbox_id, created_at FROM o RETURNING outbox_id

-- name: template_lost
-- What was asked of a provider, and nobody knows whether it heard: its list tells.
WITH lost AS (
	UPDATE template t SET call_id = NULL, call_at = NULL, call_kind = NULL, call_error = 'lost' FROM outbox o
	WHERE t.call_id IS NOT NULL AND o.outbox_id = t.call_id AND o.created_at = t.call_at AND o.state IN (5, 6)
	RETURNING t.business
)
UPDATE template_account SET due_at = now() WHERE business IN (SELECT business FROM lost)

-- name: template_page
-- A page of the list of a line's account ($1). $3: when it was asked for; $4: when the first page was; $5: the last.
SELECT template_listed(business, $2::jsonb, $3::timestamptz, $4::timestamptz, $5::boolean)
FROM channel WHERE channel_id = $1::bigint AND business IN (SELECT business FROM template_account)

-- name: template_next
-- Its next page, after the provider's cursor.
WITH o AS (
	INSERT INTO outbox (channel_id, kind, payload)
	VALUES ($1::bigint, 'templates', jsonb_build_object('after', $2::text, 'run', $3::bigint, 'page', $4::bigint))
	RETURNING outbox_id, created_at
)
INSERT INTO outbox_queue (lane, outbox_id, created_at) SELECT 0, outbox_id, created_at FROM o

-- name: template_unlisted
-- It did not come, and why.
UPDATE template_account SET error = left($2::text, 300), error_at = now()
WHERE business = (SELECT business FROM channel WHERE channel_id = $1::bigint)

-- name: template_taken
-- What was submitted was taken. $3: when it was asked.
SELECT template_taken($1::bigint, $2::jsonb, $3::timestamptz)

-- name: template_refused
-- Not taken, and why. unknown ($3): nobody knows; its list tells.
WITH t AS (
	UPDATE template SET call_id = NULL, call_at = NULL, call_kind = NULL, call_error = left(coalesce($2::text, 'lost'), 500),
		revision = revision + 1
	WHERE call_id = $1::bigint RETURNING business
)
UPDATE template_account SET due_at = least(due_at, now()) WHERE $3::boolean AND business IN (SELECT business FROM t)

-- name: template_removed
UPDATE template SET call_id = NULL, call_at = NULL, call_kind = NULL, call_error = NULL, state = 12, state_at = now(),
	revision = revision + 1
WHERE call_id = $1::bigint
