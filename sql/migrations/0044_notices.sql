-- What each role is told and how: with a sound, on its screen, by the browser.

INSERT INTO code (list, value, name) VALUES
	('notice', 1, 'case'), ('notice', 2, 'message'), ('notice', 3, 'transfer'), ('notice', 4, 'waiting'),
	('notice', 5, 'silent'),
	('tone', 1, 'bell'), ('tone', 2, 'drop'), ('tone', 3, 'double'), ('tone', 4, 'alert');

ALTER TABLE app_user ADD volume smallint NOT NULL DEFAULT 60 CHECK (volume BETWEEN 0 AND 100);

-- One for each role and event, from the role's birth (trigger notice_rule in sql/functions).
CREATE TABLE notice_rule (
	role_id bigint NOT NULL REFERENCES role,
	event smallint NOT NULL,             -- list notice
	sound boolean NOT NULL DEFAULT false,
	shown boolean NOT NULL DEFAULT false,        -- on the page they are at
	browser boolean NOT NULL DEFAULT false,      -- by the browser, when the page is not in front
	tone smallint NOT NULL DEFAULT 1,    -- list tone
	revision integer NOT NULL DEFAULT 1,
	PRIMARY KEY (role_id, event)
);

-- What somebody is to be told; new cases and lines are told by the desk's list and have no row.
CREATE TABLE notice (
	notice_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	at timestamptz NOT NULL DEFAULT now(),
	xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
	event smallint NOT NULL,
	user_id bigint NOT NULL REFERENCES app_user,
	conversation_id bigint NOT NULL,
	queue_id bigint
);
CREATE INDEX notice_user ON notice (user_id, at);
CREATE INDEX notice_conversation ON notice (conversation_id, event, at);

INSERT INTO notice_rule (role_id, event, sound, shown, browser, tone)
SELECT r.role_id, c.value, c.value <= 2, c.value = 1, false, CASE c.value WHEN 1 THEN 1 WHEN 2 THEN 2 WHEN 3 THEN 3 ELSE 4 END
FROM role r, code c WHERE c.list = 'notice';
UPDATE notice_rule n SET sound = true, shown = true FROM role r WHERE r.role_id = n.role_id
	AND ((r.key IN ('operador', 'operador_saliente') AND n.event IN (3, 5))
		OR (r.key IN ('supervisor', 'supervisor_saliente') AND n.event IN (4, 5)));
