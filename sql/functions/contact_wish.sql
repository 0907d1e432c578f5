-- All names of a contact by which the same wish holds: of notices everything on the network of one of its lines, of a
-- block that line alone. Locked, in the order of their ids.
CREATE OR REPLACE FUNCTION contact_wish_names(p_identity bigint, p_whole boolean) RETURNS SETOF identity
	LANGUAGE plpgsql AS $$
BEGIN
	RETURN QUERY SELECT i.* FROM identity w JOIN channel h ON h.channel_id = w.channel_id
		JOIN channel o ON o.messenger = h.messenger AND (p_whole OR o.channel_id = h.channel_id)
		JOIN identity i ON i.channel_id = o.channel_id
			AND (i.contact_id = w.contact_id OR (i.kind = w.kind AND i.value = w.value))
	WHERE w.identity_id = p_identity ORDER BY i.identity_id FOR UPDATE OF i;
END $$;

-- Somebody, known by an identity, wishes it so from p_at on. Gives whether that is news: what was told of a later time
-- stands, unless they asked somebody of ours (source 3), and the same once more changes nothing.
CREATE OR REPLACE FUNCTION contact_wish_note(p_identity bigint, p_wish bigint, p_source bigint, p_said text,
	p_by bigint, p_at timestamptz) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
	notices boolean := p_wish IN (1, 2);
	ids bigint[];
	is_so boolean;
BEGIN
	SELECT array_agg(n.identity_id), bool_and((CASE WHEN notices THEN n.opted_out_at ELSE n.blocked_at END IS NOT NULL)
			= (p_wish IN (1, 3)))
		INTO ids, is_so FROM contact_wish_names(p_identity, notices) n;
	IF ids IS NULL OR is_so OR p_source <> 3 AND EXISTS (SELECT 1 FROM contact_wish w WHERE w.identity_id = ANY (ids)
			AND (w.wish IN (1, 2)) = notices AND w.at > p_at) THEN
		RETURN false;
	END IF;
	IF notices THEN
		UPDATE identity SET opted_out_at = CASE WHEN p_wish = 1 THEN coalesce(opted_out_at, p_at) END
		WHERE identity_id = ANY (ids);
	ELSE
		UPDATE identity SET blocked_at = CASE WHEN p_wish = 3 THEN coalesce(blocked_at, p_at) END
		WHERE identity_id = ANY (ids);
	END IF;
	INSERT INTO contact_wish (identity_id, wish, source, said, user_version_id, at)
	VALUES (p_identity, p_wish, p_source, p_said, p_by, p_at);
	RETURN true;
END $$;

-- Why a contact may not be sent something on a line, of our own accord: the wish that forbids it; NULL: it may.
-- p_purpose: code purpose. Answers always may; a block stops whatever nobody asked for.
CREATE OR REPLACE FUNCTION contact_refusal(p_contact bigint, p_channel bigint, p_purpose bigint) RETURNS smallint
	LANGUAGE plpgsql STABLE AS $$
BEGIN
	RETURN CASE WHEN p_purpose = 1 THEN NULL
		WHEN EXISTS (SELECT 1 FROM identity i WHERE i.contact_id = p_contact AND i.channel_id = p_channel
			AND i.blocked_at IS NOT NULL) THEN 3
		WHEN p_purpose > 2 AND EXISTS (SELECT 1 FROM identity i JOIN channel o ON o.channel_id = i.channel_id
				JOIN channel h ON h.messenger = o.messenger AND h.channel_id = p_channel
			WHERE i.contact_id = p_contact AND i.opted_out_at IS NOT NULL) THEN 1 END;
END $$;

-- What a contact wants no more, for whoever attends it on a line, as JSON; NULL: nothing. here: it is about that line.
CREATE OR REPLACE FUNCTION contact_wishes(p_contact bigint, p_channel bigint) RETURNS jsonb LANGUAGE plpgsql STABLE AS $$
BEGIN
	IF NOT EXISTS (SELECT 1 FROM identity WHERE contact_id = p_contact AND (opted_out_at IS NOT NULL OR blocked_at IS NOT NULL)) THEN
		RETURN NULL;
	END IF;
	RETURN (SELECT jsonb_agg(jsonb_build_object('wish', x.wish, 'messenger', x.messenger, 'channel', x.channel, 'here', x.here,
			'at', (extract(epoch FROM x.since) * 1000000)::bigint, 'source', w.source, 'said', w.said, 'who', w.name)
			ORDER BY x.wish DESC, x.messenger)
		FROM (SELECT 1 AS wish, o.messenger, NULL AS channel, min(i.opted_out_at) AS since,
				o.messenger = (SELECT h.messenger FROM channel h WHERE h.channel_id = p_channel) AS here
			FROM identity i JOIN channel o ON o.channel_id = i.channel_id
			WHERE i.contact_id = p_contact AND i.opted_out_at IS NOT NULL GROUP BY o.messenger
			UNION ALL SELECT 3, o.messenger, o.name, min(i.blocked_at), o.channel_id = p_channel
			FROM identity i JOIN channel o ON o.channel_id = i.channel_id
			WHERE i.contact_id = p_contact AND i.blocked_at IS NOT NULL GROUP BY o.messenger, o.name, o.channel_id) x
		LEFT JOIN LATERAL (SELECT w.source, w.said, v.name FROM identity i JOIN channel o ON o.channel_id = i.channel_id
				JOIN contact_wish w ON w.identity_id = i.identity_id
				LEFT JOIN user_version v ON v.user_version_id = w.user_version_id
			WHERE i.contact_id = p_contact AND o.messenger = x.messenger AND w.wish = x.wish
				AND (x.channel IS NULL OR o.name = x.channel)
			ORDER BY w.at DESC, w.contact_wish_id DESC LIMIT 1) w ON true);
END $$;
