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
		-- The log is in English wherever the cluster was made.
		EXECUTE format('ALTER ROLE %I SET lc_messages = ''C''', v_role);
	END LOOP;
END $$;

-- Reports may take their time, and nothing else.
ALTER ROLE vent_report SET statement_timeout = '60s';
ALTER ROLE vent_report SET default_transaction_read_only = on;
