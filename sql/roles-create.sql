-- The roles of the programs; run once by a superuser, harmless when repeated.
-- In production each maps to a Unix user (pg_ident); in development the socket is private.
DO $$
DECLARE
	v_role text;
BEGIN
	FOREACH v_role IN ARRAY ARRAY['vent_owner', 'vent_staff', 'vent_webchat', 'vent_hooks', 'vent_live',
		'vent_api', 'vent_worker', 'vent_report'] LOOP
		IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = v_role) THEN
			EXECUTE format('CREATE ROLE %I LOGIN', v_role);
		END IF;
	END LOOP;
END $$;
