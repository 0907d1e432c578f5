-- What a person has is replaced whole: roles, queues, channels, groups. They are the owner's functions because
-- no program may delete; a row that stays is not touched. p_table's rows (p_owner_column, p_column) of p_owner
-- become those of p_ids that p_of has and has not removed; names are ours, from below.
CREATE OR REPLACE FUNCTION replace_listed(p_table text, p_owner_column text, p_owner bigint, p_column text,
	p_ids bigint[], p_of text) RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
	EXECUTE format('DELETE FROM %I WHERE %I = $1 AND %I <> ALL ($2)', p_table, p_owner_column, p_column)
		USING p_owner, p_ids;
	EXECUTE format('INSERT INTO %1$I (%2$I, %3$I) SELECT $1, o.%3$I FROM %4$I o
		WHERE o.%3$I = ANY ($2) AND o.deleted_at IS NULL ON CONFLICT DO NOTHING',
		p_table, p_owner_column, p_column, p_of) USING p_owner, p_ids;
END $$;

CREATE OR REPLACE FUNCTION user_roles_set(p_user bigint, p_roles bigint[]) RETURNS void
	LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS
	$$ SELECT replace_listed('user_role', 'user_id', p_user, 'role_id', p_roles, 'role') $$;

CREATE OR REPLACE FUNCTION user_queues_set(p_user bigint, p_queues bigint[]) RETURNS void
	LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS
	$$ SELECT replace_listed('user_queue', 'user_id', p_user, 'queue_id', p_queues, 'queue') $$;

CREATE OR REPLACE FUNCTION user_channels_set(p_user bigint, p_channels bigint[]) RETURNS void
	LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS
	$$ SELECT replace_listed('user_channel', 'user_id', p_user, 'channel_id', p_channels, 'channel') $$;

CREATE OR REPLACE FUNCTION user_groups_set(p_user bigint, p_groups bigint[]) RETURNS void
	LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS
	$$ SELECT replace_listed('user_group_member', 'user_id', p_user, 'user_group_id', p_groups, 'user_group') $$;

CREATE OR REPLACE FUNCTION user_group_members_set(p_group bigint, p_users bigint[]) RETURNS void
	LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS
	$$ SELECT replace_listed('user_group_member', 'user_group_id', p_group, 'user_id', p_users, 'app_user') $$;

-- Is somebody among these, by themselves or by a group?
CREATE OR REPLACE FUNCTION user_among(p_user bigint, p_users bigint[], p_groups bigint[]) RETURNS boolean
	LANGUAGE plpgsql STABLE AS $$
BEGIN
	RETURN p_user = ANY (p_users) OR EXISTS (SELECT 1 FROM user_group_member m
		JOIN user_group g ON g.user_group_id = m.user_group_id AND g.deleted_at IS NULL
		WHERE m.user_id = p_user AND m.user_group_id = ANY (p_groups));
END $$;
