-- What somebody has to do before anything else in this session: show the second factor, change the password,
-- or get a second factor; '' for nothing. Who came by a provider does all that there.
CREATE OR REPLACE FUNCTION session_duty(p_session bigint) RETURNS text
	LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
	r record;
BEGIN
	SELECT u.user_id, u.totp_seed IS NOT NULL AS factor, s.factor_at IS NOT NULL AS shown, u.password_temporary,
		u.password_set_at, EXISTS (SELECT 1 FROM session_login l WHERE l.session_id = s.session_id) AS outside,
		(SELECT (t.value #>> '{}')::int FROM setting t WHERE t.key = 'password.max_age_days') AS max_age_days
	INTO r FROM session s JOIN app_user u ON u.user_id = s.user_id WHERE s.session_id = p_session;
	IF NOT FOUND OR r.outside THEN
		RETURN '';
	END IF;
	IF r.factor AND NOT r.shown THEN
		RETURN 'factor';
	END IF;
	IF r.password_temporary
		OR (r.max_age_days > 0 AND r.password_set_at < now() - make_interval(days => r.max_age_days)) THEN
		RETURN 'password';
	END IF;
	IF NOT r.factor AND EXISTS (SELECT 1 FROM user_role x JOIN role o ON o.role_id = x.role_id
			AND o.deleted_at IS NULL AND o.factor_required WHERE x.user_id = r.user_id) THEN
		RETURN 'enrol';
	END IF;
	RETURN '';
END $$;
