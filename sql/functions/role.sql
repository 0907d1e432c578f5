-- Who may do what is replaced whole. It is the owner's function because no program may delete.
CREATE OR REPLACE FUNCTION role_permissions_set(p_role bigint, p_permissions text[]) RETURNS void
	LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	DELETE FROM role_permission WHERE role_id = p_role AND permission <> ALL (p_permissions);
	INSERT INTO role_permission (role_id, permission) SELECT p_role, unnest(p_permissions)
	ON CONFLICT DO NOTHING;
END $$;
