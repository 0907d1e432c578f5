-- What a person has is replaced whole: roles, queues, channels, groups. They are the owner's functions because
-- no program may delete; a row that stays is not touched.
CREATE OR REPLACE FUNCTION user_roles_set(p_user bigint, p_roles bigint[]) RETURNS void
	LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	DELETE FROM user_role WHERE user_id = p_user AND role_id <> ALL (p_roles);
	INSERT INTO user_role (user_id, role_id)
	SELECT p_user, r.role_id FROM role r WHERE r.role_id = ANY (p_roles) AND r.deleted_at IS NULL
	ON CONFLICT DO NOTHING;
END $$;

CREATE OR REPLACE FUNCTION user_queues_set(p_user bigint, p_queues bigint[]) RETURNS void
	LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	DELETE FROM user_queue WHERE user_id = p_user AND queue_id <> ALL (p_queues);
	INSERT INTO user_queue (user_id, queue_id)
	SELECT p_user, q.queue_id FROM queue q WHERE q.queue_id = ANY (p_queues) AND q.deleted_at IS NULL
	ON CONFLICT DO NOTHING;
END $$;

CREATE OR REPLACE FUNCTION user_channels_set(p_user bigint, p_channels bigint[]) RETURNS void
	LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	DELETE FROM user_channel WHERE user_id = p_user AND channel_id <> ALL (p_channels);
	INSERT INTO user_channel (user_id, channel_id)
	SELECT p_user, c.channel_id FROM channel c WHERE c.channel_id = ANY (p_channels) AND c.deleted_at IS NULL
	ON CONFLICT DO NOTHING;
END $$;

CREATE OR REPLACE FUNCTION user_groups_set(p_user bigint, p_groups bigint[]) RETURNS void
	LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	DELETE FROM user_group_member WHERE user_id = p_user AND user_group_id <> ALL (p_groups);
	INSERT INTO user_group_member (user_group_id, user_id)
	SELECT g.user_group_id, p_user FROM user_group g
	WHERE g.user_group_id = ANY (p_groups) AND g.deleted_at IS NULL
	ON CONFLICT DO NOTHING;
END $$;

CREATE OR REPLACE FUNCTION user_group_members_set(p_group bigint, p_users bigint[]) RETURNS void
	LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	DELETE FROM user_group_member WHERE user_group_id = p_group AND user_id <> ALL (p_users);
	INSERT INTO user_group_member (user_group_id, user_id)
	SELECT p_group, u.user_id FROM app_user u WHERE u.user_id = ANY (p_users) AND u.deleted_at IS NULL
	ON CONFLICT DO NOTHING;
END $$;

-- Is somebody among these, by themselves or by a group?
CREATE OR REPLACE FUNCTION user_among(p_user bigint, p_users bigint[], p_groups bigint[]) RETURNS boolean
	LANGUAGE sql STABLE AS $$
	SELECT p_user = ANY (p_users) OR EXISTS (SELECT 1 FROM user_group_member m
		JOIN user_group g ON g.user_group_id = m.user_group_id AND g.deleted_at IS NULL
		WHERE m.user_id = p_user AND m.user_group_id = ANY (p_groups))
$$;
