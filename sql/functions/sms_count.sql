-- What a change of an SMS's row means for the sums of its day: it ended at its gateway (from state 2 on), so many were paid
-- for, it was delivered, it failed.
CREATE OR REPLACE FUNCTION sms_count_keep() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	INSERT INTO sms_count AS c (day, channel_id, class, writer, messages, segments, delivered, failed)
	VALUES ((NEW.created_at AT TIME ZONE 'America/Argentina/Buenos_Aires')::date, NEW.channel_id, NEW.payload->>'class',
		pg_backend_pid() % 50, (NEW.state >= 2)::int - (OLD.state >= 2)::int,
		coalesce(NEW.segments, 0) - coalesce(OLD.segments, 0),
		(NEW.state IN (3, 4))::int - (OLD.state IN (3, 4))::int, (NEW.state = 5)::int - (OLD.state = 5)::int)
	ON CONFLICT (day, channel_id, class, writer) DO UPDATE SET messages = c.messages + excluded.messages,
		segments = c.segments + excluded.segments, delivered = c.delivered + excluded.delivered,
		failed = c.failed + excluded.failed;
	RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER sms_count AFTER UPDATE ON outbox FOR EACH ROW
	WHEN (NEW.payload ? 'class' AND NEW.kind = 'message'
		AND (NEW.state <> OLD.state OR NEW.segments IS DISTINCT FROM OLD.segments))
	EXECUTE FUNCTION sms_count_keep();
