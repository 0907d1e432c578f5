-- What supervision tells an operator: a whisper, a case that was taken, a state that was changed. It always has a text
-- of its own: a key of the locale, who it comes from, and words of theirs.

INSERT INTO code (list, value, name) VALUES ('notice', 6, 'supervision');

ALTER TABLE notice ALTER conversation_id DROP NOT NULL,
	ADD key text, ADD by_name text, ADD words text;

INSERT INTO notice_rule (role_id, event, sound, shown, browser, tone) SELECT role_id, 6, true, true, false, 3 FROM role;
