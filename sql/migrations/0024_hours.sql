-- Hours as an agency arranges them: what closes each queue, channel and bot, what is answered then
-- and what becomes of who writes; holidays and days that are otherwise.

INSERT INTO code (list, value, name) VALUES
	('hours_action', 1, 'bot'), ('hours_action', 2, 'queue'), ('hours_action', 3, 'close'),
	('holiday_kind', 1, 'national'), ('holiday_kind', 2, 'province'), ('holiday_kind', 3, 'agency'),
	('holiday_kind', 4, 'exception');

-- One for each queue, channel and bot, from its birth (trigger hours_rule in sql/functions).
CREATE TABLE hours_rule (
	hours_rule_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	channel_id bigint UNIQUE REFERENCES channel,
	queue_id bigint UNIQUE REFERENCES queue,
	bot_id bigint UNIQUE REFERENCES bot,
	-- Which holidays close it, as bits: 1 national, 2 of the province, 4 of the agency.
	closes_on smallint NOT NULL DEFAULT 7 CHECK (closes_on BETWEEN 0 AND 7),
	-- What becomes of a conversation out of hours, on a holiday, with nobody present; and what is said.
	closed_action smallint NOT NULL DEFAULT 2 CHECK (closed_action BETWEEN 1 AND 3),
	closed_text text NOT NULL DEFAULT '',
	holiday_action smallint NOT NULL DEFAULT 2 CHECK (holiday_action BETWEEN 1 AND 3),
	holiday_text text NOT NULL DEFAULT '',
	absent_action smallint NOT NULL DEFAULT 2 CHECK (absent_action BETWEEN 1 AND 3),
	absent_text text NOT NULL DEFAULT '',
	revision integer NOT NULL DEFAULT 1,
	CHECK (num_nonnulls(channel_id, queue_id, bot_id) = 1)
);
INSERT INTO hours_rule (queue_id) SELECT queue_id FROM queue;
INSERT INTO hours_rule (channel_id, closed_action, holiday_action) SELECT channel_id, 1, 1 FROM channel;
INSERT INTO hours_rule (bot_id) SELECT bot_id FROM bot;

-- A holiday closes what closes on its kind; an exception sets the day's hours whatever they are.
ALTER TABLE holiday DROP CONSTRAINT holiday_pkey;
ALTER TABLE holiday
	ADD holiday_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	ADD kind smallint NOT NULL DEFAULT 3 CHECK (kind BETWEEN 1 AND 4),
	ADD hours_rule_id bigint REFERENCES hours_rule,         -- NULL: for all
	ADD spans bigint[] NOT NULL DEFAULT '{}',               -- from, to, from, to: minutes; none: closed
	ADD revision integer NOT NULL DEFAULT 1,
	ADD deleted_at timestamptz;
CREATE UNIQUE INDEX holiday_day ON holiday (day, coalesce(hours_rule_id, 0)) WHERE deleted_at IS NULL;

-- Argentina's, as fixed and as moved by law 27.399; the bridges of 2026; and what the province adds.
INSERT INTO holiday (day, name, kind) VALUES
	('2026-01-01', 'Año Nuevo', 1), ('2026-02-16', 'Carnaval', 1), ('2026-02-17', 'Carnaval', 1),
	('2026-03-23', 'Día no laborable con fines turísticos', 1),
	('2026-03-24', 'Memoria por la Verdad y la Justicia', 1),
	('2026-04-02', 'Veteranos y Caídos en Malvinas', 1), ('2026-04-03', 'Viernes Santo', 1),
	('2026-05-01', 'Día del Trabajador', 1), ('2026-05-25', 'Revolución de Mayo', 1),
	('2026-06-15', 'Paso a la Inmortalidad de Güemes', 1), ('2026-06-20', 'Paso a la Inmortalidad de Belgrano', 1),
	('2026-07-09', 'Día de la Independencia', 1), ('2026-07-10', 'Día no laborable con fines turísticos', 1),
	('2026-08-17', 'Paso a la Inmortalidad de San Martín', 1), ('2026-10-12', 'Respeto a la Diversidad Cultural', 1),
	('2026-11-23', 'Día de la Soberanía Nacional', 1), ('2026-12-07', 'Día no laborable con fines turísticos', 1),
	('2026-12-08', 'Inmaculada Concepción de María', 1), ('2026-12-25', 'Navidad', 1),
	('2027-01-01', 'Año Nuevo', 1), ('2027-02-08', 'Carnaval', 1), ('2027-02-09', 'Carnaval', 1),
	('2027-03-24', 'Memoria por la Verdad y la Justicia', 1), ('2027-03-26', 'Viernes Santo', 1),
	('2027-04-02', 'Veteranos y Caídos en Malvinas', 1), ('2027-05-01', 'Día del Trabajador', 1),
	('2027-05-25', 'Revolución de Mayo', 1), ('2027-06-20', 'Paso a la Inmortalidad de Belgrano', 1),
	('2027-06-21', 'Paso a la Inmortalidad de Güemes', 1), ('2027-07-09', 'Día de la Independencia', 1),
	('2027-08-16', 'Paso a la Inmortalidad de San Martín', 1), ('2027-10-11', 'Respeto a la Diversidad Cultural', 1),
	('2027-11-20', 'Día de la Soberanía Nacional', 1), ('2027-12-08', 'Inmaculada Concepción de María', 1),
	('2027-12-25', 'Navidad', 1),
	('2026-06-27', 'Día del Trabajador del Estado', 2), ('2026-11-19', 'Aniversario de La Plata', 2),
	('2027-03-25', 'Jueves Santo', 2),
	('2027-06-27', 'Día del Trabajador del Estado', 2), ('2027-11-19', 'Aniversario de La Plata', 2)
ON CONFLICT DO NOTHING;
