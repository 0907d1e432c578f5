-- What a provider's groups give is replaced whole; the owner's function, because no program may delete.

CREATE OR REPLACE FUNCTION login_rules_set(p_provider bigint, p_values text[], p_roles bigint[]) RETURNS void
	LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	DELETE FROM login_rule WHERE login_provider_id = p_provider;
	INSERT INTO login_rule (login_provider_id, position, value, role_id)
	SELECT p_provider, n, v, r FROM unnest(p_values, p_roles) WITH ORDINALITY AS t (v, r, n);
END $$;
