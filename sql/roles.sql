-- Who may do what, given anew after every migration. Nothing is PUBLIC.
-- Nobody deletes: what ends gets deleted_at or ended_at. The exceptions are the
-- queues of work and short-lived rows, which the worker removes.

DO $$
DECLARE
	v_role text;
BEGIN
	REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC;
	REVOKE ALL ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC;
	REVOKE CREATE ON SCHEMA public FROM PUBLIC;
	FOREACH v_role IN ARRAY ARRAY['vent_staff', 'vent_webchat', 'vent_hooks', 'vent_live', 'vent_api',
		'vent_worker', 'vent_report'] LOOP
		EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA public FROM %I', v_role);
		EXECUTE format('REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM %I', v_role);
		EXECUTE format('REVOKE ALL ON ALL FUNCTIONS IN SCHEMA public FROM %I', v_role);
		EXECUTE format('GRANT USAGE ON SCHEMA public TO %I', v_role);
	END LOOP;
END $$;

-- staff: reads what pages show, writes what people do. Never a sending secret, never the past.
GRANT SELECT ON ALL TABLES IN SCHEMA public TO vent_staff;
REVOKE SELECT ON channel_send_secret, channel_verify_secret FROM vent_staff;
GRANT INSERT, UPDATE ON app_user, session, login_attempt, agent_state, agent_state_log, submission,
	conversation, segment, assignment, conversation_typification, canned_reply TO vent_staff;
GRANT INSERT ON message, attachment, file, audit, wake, outbox, outbox_queue, inbound_queue TO vent_staff;
GRANT UPDATE (repeated_at, repeated_by) ON inbound_poison TO vent_staff;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO vent_staff;

-- webchat: one visitor's conversation, and the door in.
GRANT SELECT ON channel, visitor, conversation, message, attachment, file, app_user, user_version, queue,
	hours_span, holiday TO vent_webchat;
REVOKE SELECT ON app_user FROM vent_webchat;
GRANT SELECT (user_id, display_name, version_id) ON app_user TO vent_webchat;
GRANT INSERT, UPDATE ON visitor TO vent_webchat;
GRANT INSERT ON inbound, inbound_queue, file TO vent_webchat;
GRANT SELECT ON inbound_queue TO vent_webchat;
GRANT USAGE ON SEQUENCE visitor_visitor_id_seq, inbound_inbound_id_seq, file_file_id_seq TO vent_webchat;

-- hooks: verifies and stores; it cannot read what it stored, nor what sends.
GRANT SELECT (channel_id, messenger, key, enabled, deleted_at) ON channel TO vent_hooks;
GRANT SELECT ON channel_verify_secret TO vent_hooks;
GRANT INSERT ON inbound, inbound_queue TO vent_hooks;
GRANT SELECT (inbound_id, received_at) ON inbound TO vent_hooks;
GRANT USAGE ON SEQUENCE inbound_inbound_id_seq TO vent_hooks;

-- worker: everything but the past; it alone removes finished work.
GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO vent_worker;
REVOKE UPDATE ON audit, audit_seal, bot_version, message FROM vent_worker;
GRANT DELETE ON inbound_queue, outbox_queue, wake, submission, inbound_dedupe TO vent_worker;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO vent_worker;

-- report: reads what has no secret in it.
GRANT SELECT ON ALL TABLES IN SCHEMA public TO vent_report;
REVOKE SELECT ON channel_send_secret, channel_verify_secret, session, visitor, app_user, submission FROM vent_report;
GRANT SELECT (user_id, login, name, display_name, staff_number, dni, office, email, enabled, attends, capacity,
	version_id, created_at, deleted_at) ON app_user TO vent_report;

-- Functions: each by name.
GRANT EXECUTE ON FUNCTION conversation_access(bigint, boolean, boolean, bigint) TO vent_staff;
GRANT EXECUTE ON FUNCTION conversation_id_next(timestamptz) TO vent_worker;
GRANT EXECUTE ON FUNCTION partition_maintain(timestamptz), partition_days_ahead(timestamptz)
	TO vent_worker, vent_staff;
REVOKE EXECUTE ON FUNCTION partition_maintain(timestamptz) FROM vent_staff;
DO $$
DECLARE
	v_function regprocedure;
BEGIN
	FOR v_function IN SELECT p.oid FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
		WHERE n.nspname = 'public' AND p.proname LIKE 'live\_%' LOOP
		EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO vent_live', v_function);
	END LOOP;
END $$;
