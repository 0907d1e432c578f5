-- Every queue, channel and bot has its rule of hours from birth, whoever makes it. A channel that is
-- closed leaves people with its bot; elsewhere they wait.
CREATE OR REPLACE FUNCTION hours_rule_keep() RETURNS trigger
	LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	IF TG_TABLE_NAME = 'queue' THEN
		INSERT INTO hours_rule (queue_id) VALUES (NEW.queue_id) ON CONFLICT DO NOTHING;
	ELSIF TG_TABLE_NAME = 'channel' THEN
		INSERT INTO hours_rule (channel_id, closed_action, holiday_action) VALUES (NEW.channel_id, 1, 1)
		ON CONFLICT DO NOTHING;
	ELSE
		INSERT INTO hours_rule (bot_id) VALUES (NEW.bot_id) ON CONFLICT DO NOTHING;
	END IF;
	RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER hours_rule AFTER INSERT ON queue FOR EACH ROW EXECUTE FUNCTION hours_rule_keep();
CREATE OR REPLACE TRIGGER hours_rule AFTER INSERT ON channel FOR EACH ROW EXECUTE FUNCTION hours_rule_keep();
CREATE OR REPLACE TRIGGER hours_rule AFTER INSERT ON bot FOR EACH ROW EXECUTE FUNCTION hours_rule_keep();

-- A week is replaced whole. It is the owner's function because no program may delete.
CREATE OR REPLACE FUNCTION hours_spans_set(p_rule bigint, p_days bigint[], p_from bigint[], p_to bigint[])
	RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	DELETE FROM hours_span s USING hours_rule r WHERE r.hours_rule_id = p_rule
		AND (s.queue_id = r.queue_id OR s.channel_id = r.channel_id OR s.bot_id = r.bot_id);
	INSERT INTO hours_span (channel_id, queue_id, bot_id, weekday, from_minute, to_minute)
	SELECT r.channel_id, r.queue_id, r.bot_id, d.weekday, d.from_minute, d.to_minute
	FROM hours_rule r, unnest(p_days, p_from, p_to) d (weekday, from_minute, to_minute)
	WHERE r.hours_rule_id = p_rule;
END $$;

-- Spans of one day as people write them: 08:00-12:00, 13:00-17:00.
CREATE OR REPLACE FUNCTION hours_words(p_rule bigint, p_weekday integer) RETURNS text LANGUAGE sql STABLE AS $$
	SELECT coalesce(string_agg(to_char(make_interval(mins => s.from_minute), 'HH24:MI') || '-'
		|| to_char(make_interval(mins => s.to_minute), 'HH24:MI'), ', ' ORDER BY s.from_minute), '')
	FROM hours_span s JOIN hours_rule r ON r.hours_rule_id = p_rule
		AND (s.queue_id = r.queue_id OR s.channel_id = r.channel_id OR s.bot_id = r.bot_id)
	WHERE s.weekday = p_weekday
$$;
