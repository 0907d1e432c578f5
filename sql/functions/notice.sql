-- Every role has its rules of notices from birth: a sound for a new case, for a line and
-- for what supervision says.
CREATE OR REPLACE FUNCTION notice_rule_keep() RETURNS trigger
	LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	INSERT INTO notice_rule (role_id, event, sound, shown, tone)
	SELECT NEW.role_id, c.value, c.value IN (1, 2, 6), c.value IN (1, 6), CASE c.value WHEN 6 THEN 3 ELSE least(c.value, 4) END
	FROM code c WHERE c.list = 'notice' ON CONFLICT DO NOTHING;
	RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER notice_rule AFTER INSERT ON role FOR EACH ROW EXECUTE FUNCTION notice_rule_keep();

-- Whoever is to be told has a page open that hears o<user>; of a new case they hear anyway.
CREATE OR REPLACE FUNCTION notice_wake() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO wake (topics) SELECT string_agg(DISTINCT 'o' || user_id, ' ') FROM fresh WHERE event > 1 HAVING count(*) > 0;
	RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER notice_wake AFTER INSERT ON notice REFERENCING NEW TABLE AS fresh
	FOR EACH STATEMENT EXECUTE FUNCTION notice_wake();

-- Does any role of somebody who is in want to be told of the event?
CREATE OR REPLACE FUNCTION notice_wanted(p_user bigint, p_event smallint) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
	RETURN EXISTS (SELECT 1 FROM session s JOIN app_user u ON u.user_id = s.user_id AND u.enabled AND u.deleted_at IS NULL
		WHERE s.user_id = p_user AND s.closed_at IS NULL)
		AND EXISTS (SELECT 1 FROM user_role ur JOIN role r ON r.role_id = ur.role_id AND r.deleted_at IS NULL
		JOIN notice_rule n ON n.role_id = r.role_id AND n.event = p_event
		WHERE ur.user_id = p_user AND (n.sound OR n.shown OR n.browser));
END $$;

-- Of something that is managed, to whoever has the permission for it, in or not: one notice for each subject until it is
-- read, of what happened last.
CREATE OR REPLACE FUNCTION notice_manager(p_permission text, p_key text, p_name text, p_words text, p_subject text)
	RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO notice (event, user_id, key, by_name, words, subject, own)
	SELECT DISTINCT 6, u.user_id, p_key, p_name, left(p_words, 200), p_subject, true
	FROM app_user u JOIN user_role ur ON ur.user_id = u.user_id
		JOIN role r ON r.role_id = ur.role_id AND r.deleted_at IS NULL
		JOIN role_permission p ON p.role_id = r.role_id AND p.permission = p_permission
	WHERE u.enabled AND u.deleted_at IS NULL
	ON CONFLICT (user_id, subject) WHERE read_at IS NULL DO UPDATE SET notice_id = DEFAULT, at = DEFAULT, xid = DEFAULT,
		key = excluded.key, by_name = excluded.by_name, words = excluded.words;
END $$;

-- Of a line and a topic of it.
CREATE OR REPLACE FUNCTION notice_line(p_channel bigint, p_key text, p_words text, p_topic text DEFAULT NULL) RETURNS void
	LANGUAGE plpgsql AS $$
BEGIN
	PERFORM notice_manager('channel.manage', p_key, h.name, p_words, concat_ws(':', 'line', h.channel_id, p_topic))
	FROM channel h WHERE h.channel_id = p_channel;
END $$;

CREATE OR REPLACE FUNCTION notice_template(p_template bigint, p_key text, p_words text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	PERFORM notice_manager('template.manage', p_key, t.name || ' (' || t.language || ')', p_words, 'template:' || t.template_id)
	FROM template t WHERE t.template_id = p_template;
END $$;
