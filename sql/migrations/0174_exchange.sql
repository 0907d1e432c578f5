-- What was said to a provider and what it said, without people or secrets (lib/base/mask.h): each call, also those that a
-- row of the outbox needs before its last, and those that failed and were made again. By days, kept exchange.keep_days.
CREATE TABLE exchange (
	at timestamptz NOT NULL DEFAULT now(),
	channel_id bigint NOT NULL,
	outbox_id bigint NOT NULL,
	kind text NOT NULL,                  -- of the row: message, check, fetch, token, ...
	method text NOT NULL,
	path text NOT NULL,
	status smallint NOT NULL,            -- of HTTP or SMTP; 0: no answer
	ms integer NOT NULL,
	outcome smallint NOT NULL,           -- list exchange_outcome
	error_code integer NOT NULL,
	error text,
	sent text NOT NULL,
	said text NOT NULL
) PARTITION BY RANGE (at);
CREATE INDEX exchange_line ON exchange (channel_id, at DESC);
CREATE INDEX exchange_row ON exchange (outbox_id);

INSERT INTO code (list, value, name) VALUES
	('exchange_outcome', 1, 'accepted'), ('exchange_outcome', 2, 'goes_on'), ('exchange_outcome', 3, 'later'),
	('exchange_outcome', 4, 'refused'), ('exchange_outcome', 5, 'unknown');

-- Who may take the audit out may take this out, on the same terms.
INSERT INTO export_rule (role_id, dataset, allowed, rows_max, masked, reason_required, internal, formats)
SELECT role_id, 'exchange', allowed, rows_max, masked, reason_required, internal, formats FROM export_rule
WHERE dataset = 'audit' ON CONFLICT DO NOTHING;
