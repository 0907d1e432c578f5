-- The first line of an agency: a webchat with a bot that greets and hands over to a queue. The owner's function, because
-- programs change neither bots nor channels yet.
CREATE OR REPLACE FUNCTION webchat_make(p_name text, p_settings jsonb, p_greeting text, p_queue bigint, p_user bigint)
	RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
	v_queue text := (SELECT key FROM queue WHERE queue_id = p_queue AND deleted_at IS NULL);
	v_bot bigint;
	v_version bigint;
	v_channel bigint;
BEGIN
	IF v_queue IS NULL THEN
		RETURN NULL;
	END IF;
	INSERT INTO bot (name) VALUES (p_name) RETURNING bot_id INTO v_bot;
	INSERT INTO bot_version (bot_id, number, flow, created_by, note)
	VALUES (v_bot, 1, jsonb_build_object('start', 'persona', 'nodes', jsonb_build_array(jsonb_build_object(
		'id', 'persona', 'type', 'handoff', 'x', 80, 'y', 80,
		'config', jsonb_build_object('queue', v_queue, 'text', p_greeting), 'outputs', '[]'::jsonb))),
		p_user, 'Puesta en marcha')
	RETURNING bot_version_id INTO v_version;
	UPDATE bot SET published_version_id = v_version WHERE bot_id = v_bot;
	INSERT INTO channel (messenger, key, name, bot_id, default_queue_id, settings)
	VALUES (1, 'web-' || substr(replace(gen_random_uuid()::text, '-', ''), 1, 12), p_name, v_bot, p_queue, p_settings)
	RETURNING channel_id INTO v_channel;
	RETURN v_channel;
END $$;
