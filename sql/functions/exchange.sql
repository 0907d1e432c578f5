-- The bodies that came by the door are the worker's. A screen of the administration shows some of them, masked: the last
-- fifty of one line, among the last p_looked of all of them in a stretch of time.
CREATE OR REPLACE FUNCTION inbound_heard(p_channel bigint, p_from timestamptz, p_to timestamptz, p_looked bigint)
	RETURNS TABLE (received_at timestamptz, inbound_id bigint, raw text, result text)
	LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	RETURN QUERY
	SELECT i.received_at, i.inbound_id, left(i.raw, 65536), CASE
		WHEN EXISTS (SELECT 1 FROM inbound_queue q WHERE q.inbound_id = i.inbound_id) THEN 'waits'
		WHEN EXISTS (SELECT 1 FROM inbound_poison p WHERE p.inbound_id = i.inbound_id AND p.repeated_at IS NULL) THEN 'aside'
		ELSE 'done' END
	FROM (SELECT k.received_at, k.inbound_id, k.channel_id, k.raw FROM inbound k
		WHERE k.received_at >= p_from AND k.received_at < p_to ORDER BY k.inbound_id DESC LIMIT least(p_looked, 20000)) i
	WHERE i.channel_id = p_channel ORDER BY i.inbound_id DESC LIMIT 50;
END $$;
