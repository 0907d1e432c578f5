-- Does this viewer see all there is of a contact? Who merges or splits must.
CREATE OR REPLACE FUNCTION contact_access_all(p_user bigint, p_supervise boolean, p_all boolean, p_contact bigint)
	RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
	RETURN contact_access(p_user, p_supervise, p_all, p_contact) AND NOT EXISTS (
		SELECT 1 FROM conversation c WHERE c.contact_id = p_contact
			AND NOT p_all AND conversation_access(p_user, p_supervise, p_all, c.conversation_id) = 0);
END $$;

-- What is made for a contact that was merged meanwhile goes to the one that was kept. The lock waits for a merge that is
-- under way, and then sees it.
CREATE OR REPLACE FUNCTION contact_follow() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
	v_into bigint;
BEGIN
	LOOP
		SELECT merged_into INTO v_into FROM contact WHERE contact_id = NEW.contact_id FOR KEY SHARE;
		EXIT WHEN v_into IS NULL;
		NEW.contact_id := v_into;
	END LOOP;
	RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER contact_follow_new BEFORE INSERT ON conversation FOR EACH ROW EXECUTE FUNCTION contact_follow();
CREATE OR REPLACE TRIGGER contact_follow BEFORE UPDATE OF contact_id ON conversation FOR EACH ROW
	WHEN (OLD.contact_id IS DISTINCT FROM NEW.contact_id) EXECUTE FUNCTION contact_follow();
CREATE OR REPLACE TRIGGER contact_follow BEFORE UPDATE OF contact_id ON visitor FOR EACH ROW
	WHEN (NEW.contact_id IS NOT NULL AND OLD.contact_id IS DISTINCT FROM NEW.contact_id) EXECUTE FUNCTION contact_follow();
CREATE OR REPLACE TRIGGER contact_follow BEFORE UPDATE OF contact_id ON identity FOR EACH ROW
	WHEN (OLD.contact_id IS DISTINCT FROM NEW.contact_id) EXECUTE FUNCTION contact_follow();

-- Open conversations first, then both contacts, each in one order: as intake locks them.
CREATE OR REPLACE FUNCTION contact_lock_both(p_one bigint, p_other bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	PERFORM 1 FROM conversation WHERE contact_id IN (p_one, p_other) AND state <> 4 ORDER BY conversation_id FOR UPDATE;
	PERFORM 1 FROM contact WHERE contact_id IN (p_one, p_other) ORDER BY contact_id FOR UPDATE;
END $$;

-- p_from becomes part of p_into. '' done, else why not: 'merged' one of them is part of another already (or is none),
-- 'cuit' they have different ones, 'open' both have a conversation open in the same line. The owner's function, because
-- no program moves identities or deletes values.
CREATE OR REPLACE FUNCTION contact_join(p_into bigint, p_from bigint, p_by bigint) RETURNS text
	LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
	a contact;
	b contact;
	m contact_merge;
BEGIN
	PERFORM contact_lock_both(p_into, p_from);
	SELECT * INTO a FROM contact WHERE contact_id = p_into AND merged_into IS NULL;
	SELECT * INTO b FROM contact WHERE contact_id = p_from AND merged_into IS NULL;
	IF a.contact_id IS NULL OR b.contact_id IS NULL OR p_into = p_from THEN
		RETURN 'merged';
	END IF;
	IF a.cuit <> b.cuit THEN
		RETURN 'cuit';
	END IF;
	IF EXISTS (SELECT 1 FROM conversation x JOIN conversation y ON y.channel_id = x.channel_id AND y.contact_id = p_from
			AND y.state <> 4 AND y.visitor_id IS NULL
		WHERE x.contact_id = p_into AND x.state <> 4 AND x.visitor_id IS NULL) THEN
		RETURN 'open';
	END IF;
	m.had := jsonb_strip_nulls(jsonb_build_object(
		'name', CASE WHEN a.name IS NULL AND b.name IS NOT NULL THEN true END,
		'cuit', CASE WHEN a.cuit IS NULL AND b.cuit IS NOT NULL THEN true END,
		'email', CASE WHEN a.email IS NULL AND b.email IS NOT NULL THEN true END,
		'phone', CASE WHEN a.phone IS NULL AND b.phone IS NOT NULL THEN true END,
		'blocked', CASE WHEN b.blocked_until > now() AND coalesce(a.blocked_until <= now(), true) THEN true END));
	UPDATE contact SET merged_into = p_into, revision = revision + 1 WHERE contact_id = p_from;
	UPDATE contact SET name = coalesce(name, b.name), cuit = coalesce(cuit, b.cuit),
		cuit_state = CASE WHEN cuit IS NULL THEN b.cuit_state ELSE cuit_state END, email = coalesce(email, b.email),
		phone = coalesce(phone, b.phone), revision = revision + 1,
		blocked_until = CASE WHEN m.had ? 'blocked' THEN b.blocked_until ELSE blocked_until END,
		blocked_reason = CASE WHEN m.had ? 'blocked' THEN b.blocked_reason ELSE blocked_reason END,
		blocked_by = CASE WHEN m.had ? 'blocked' THEN b.blocked_by ELSE blocked_by END
	WHERE contact_id = p_into;
	WITH i AS (UPDATE identity SET contact_id = p_into WHERE contact_id = p_from RETURNING identity_id)
		SELECT coalesce(array_agg(identity_id), '{}') INTO m.identity_ids FROM i;
	WITH i AS (UPDATE visitor SET contact_id = p_into WHERE contact_id = p_from RETURNING visitor_id)
		SELECT coalesce(array_agg(visitor_id), '{}') INTO m.visitor_ids FROM i;
	WITH i AS (UPDATE conversation SET contact_id = p_into WHERE contact_id = p_from RETURNING conversation_id)
		SELECT coalesce(array_agg(conversation_id), '{}') INTO m.conversation_ids FROM i;
	WITH i AS (UPDATE contact_note SET contact_id = p_into WHERE contact_id = p_from RETURNING contact_note_id)
		SELECT coalesce(array_agg(contact_note_id), '{}') INTO m.note_ids FROM i;
	WITH i AS (UPDATE contact_unheard SET contact_id = p_into WHERE contact_id = p_from RETURNING contact_unheard_id)
		SELECT coalesce(array_agg(contact_unheard_id), '{}') INTO m.unheard_ids FROM i;
	WITH i AS (INSERT INTO contact_value (contact_id, contact_field_id, value)
			SELECT p_into, contact_field_id, value FROM contact_value WHERE contact_id = p_from AND value IS NOT NULL
			ON CONFLICT (contact_id, contact_field_id) DO UPDATE SET value = excluded.value
				WHERE contact_value.value IS NULL RETURNING contact_field_id)
		SELECT coalesce(array_agg(contact_field_id), '{}') INTO m.field_ids FROM i;
	INSERT INTO contact_merge (into_id, from_id, merged_by, identity_ids, visitor_ids, conversation_ids, note_ids,
		unheard_ids, field_ids, had)
	VALUES (p_into, p_from, p_by, m.identity_ids, m.visitor_ids, m.conversation_ids, m.note_ids, m.unheard_ids,
		m.field_ids, m.had);
	RETURN '';
END $$;

-- What was joined comes apart: each has what it had; what came meanwhile by the browsers and identities of the one goes
-- with them. ''
-- done, else 'merged': there is no such merge (any more), or the kept one is itself part of another.
CREATE OR REPLACE FUNCTION contact_part(p_merge bigint, p_by bigint) RETURNS text
	LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
	m contact_merge;
	b contact;
BEGIN
	SELECT * INTO m FROM contact_merge WHERE contact_merge_id = p_merge;
	IF NOT FOUND THEN
		RETURN 'merged';
	END IF;
	PERFORM contact_lock_both(m.into_id, m.from_id);
	SELECT * INTO m FROM contact_merge WHERE contact_merge_id = p_merge AND split_at IS NULL FOR UPDATE;
	IF NOT FOUND OR EXISTS (SELECT 1 FROM contact WHERE contact_id = m.into_id AND merged_into IS NOT NULL) THEN
		RETURN 'merged';
	END IF;
	SELECT * INTO b FROM contact WHERE contact_id = m.from_id;
	UPDATE contact SET name = CASE WHEN m.had ? 'name' AND name = b.name THEN NULL ELSE name END,
		cuit = CASE WHEN m.had ? 'cuit' AND cuit = b.cuit THEN NULL ELSE cuit END,
		cuit_state = CASE WHEN m.had ? 'cuit' AND cuit = b.cuit THEN 0 ELSE cuit_state END,
		email = CASE WHEN m.had ? 'email' AND email = b.email THEN NULL ELSE email END,
		phone = CASE WHEN m.had ? 'phone' AND phone = b.phone THEN NULL ELSE phone END,
		blocked_until = CASE WHEN m.had ? 'blocked' AND blocked_until = b.blocked_until THEN NULL ELSE blocked_until END,
		revision = revision + 1
	WHERE contact_id = m.into_id;
	UPDATE contact_value v SET value = NULL FROM contact_value w
		WHERE v.contact_id = m.into_id AND v.contact_field_id = ANY (m.field_ids) AND w.contact_id = m.from_id
			AND w.contact_field_id = v.contact_field_id AND w.value = v.value;
	UPDATE contact SET merged_into = NULL, revision = revision + 1 WHERE contact_id = m.from_id;
	UPDATE identity SET contact_id = m.from_id WHERE identity_id = ANY (m.identity_ids) AND contact_id = m.into_id;
	UPDATE visitor SET contact_id = m.from_id WHERE visitor_id = ANY (m.visitor_ids) AND contact_id = m.into_id;
	UPDATE conversation SET contact_id = m.from_id WHERE contact_id = m.into_id
		AND (conversation_id = ANY (m.conversation_ids) OR visitor_id = ANY (m.visitor_ids)
			OR identity_id = ANY (m.identity_ids));
	UPDATE contact_note SET contact_id = m.from_id WHERE contact_note_id = ANY (m.note_ids) AND contact_id = m.into_id;
	UPDATE contact_unheard SET contact_id = m.from_id
		WHERE contact_unheard_id = ANY (m.unheard_ids) AND contact_id = m.into_id;
	UPDATE contact_merge SET split_at = now(), split_by = p_by WHERE contact_merge_id = p_merge;
	RETURN '';
END $$;
