-- Is there an antivirus?
CREATE OR REPLACE FUNCTION scan_wanted() RETURNS boolean
	LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	RETURN EXISTS (SELECT 1 FROM setting WHERE key = 'antivirus.address' AND value #>> '{}' <> '');
END $$;

-- The row of these bytes, made or found. What nobody has looked at yet is looked at before it is opened.
CREATE OR REPLACE FUNCTION file_put(p_sha256 bytea, p_size bigint, p_type text)
	RETURNS TABLE (file_id bigint, media_type text, scan_state smallint)
	LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
	v_wanted constant boolean := scan_wanted();
BEGIN
	RETURN QUERY INSERT INTO file AS f (sha256, size_bytes, media_type, scan_state, scan_due_at)
		VALUES (p_sha256, p_size, p_type, v_wanted::integer, now())
		ON CONFLICT (sha256) DO UPDATE SET scan_state = 1, scan_due_at = now() WHERE f.scan_state = 0 AND v_wanted
		RETURNING f.file_id, f.media_type, f.scan_state;
	IF NOT FOUND THEN
		RETURN QUERY SELECT f.file_id, f.media_type, f.scan_state FROM file f WHERE f.sha256 = p_sha256;
	END IF;
END $$;

-- Of a message's files, which nobody may open: {"<attachment>": {"state": ..., "virus": ...}}; NULL: none.
CREATE OR REPLACE FUNCTION files_held(p_data jsonb) RETURNS jsonb
	LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	RETURN (SELECT jsonb_object_agg(a.attachment_id, jsonb_build_object('state', f.scan_state, 'virus', f.virus))
		FROM attachment a JOIN file f ON f.file_id = a.file_id
		WHERE NOT f.usable AND a.attachment_id = ANY (ARRAY[(p_data->'file'->>'id')::bigint]
			|| ARRAY(SELECT (x->>'id')::bigint FROM jsonb_array_elements(coalesce(p_data->'further', '[]')) x)));
END $$;

-- Of the antivirus, to whoever may change settings: one notice of a subject until it is read, of what happened last.
CREATE OR REPLACE FUNCTION notice_scan(p_subject text, p_key text, p_words text, p_conversation bigint) RETURNS void
	LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO notice (event, user_id, key, words, conversation_id, subject, own)
	SELECT DISTINCT 6, u.user_id, p_key, left(p_words, 200), p_conversation, p_subject, true
	FROM app_user u JOIN user_role ur ON ur.user_id = u.user_id
		JOIN role r ON r.role_id = ur.role_id AND r.deleted_at IS NULL
		JOIN role_permission p ON p.role_id = r.role_id AND p.permission = 'setting.manage'
	WHERE u.enabled AND u.deleted_at IS NULL
	ON CONFLICT (user_id, subject) WHERE read_at IS NULL DO UPDATE SET notice_id = DEFAULT, at = DEFAULT, xid = DEFAULT,
		key = excluded.key, words = excluded.words;
END $$;
