-- Every queue has its rule of silence from birth; it follows the general one.
CREATE OR REPLACE FUNCTION silence_rule_keep() RETURNS trigger
	LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	INSERT INTO silence_rule (queue_id) VALUES (NEW.queue_id) ON CONFLICT DO NOTHING;
	RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER silence_rule AFTER INSERT ON queue FOR EACH ROW EXECUTE FUNCTION silence_rule_keep();
