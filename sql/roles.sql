-- Who may do what, given anew after every change of the schema. Nothing is PUBLIC, and nobody deletes: what ends
-- gets deleted_at or ended_at. The exceptions are the queues of work and short-lived rows, which the
-- worker removes. A partition is reached through its parent only. tests/db/test_grants.c holds it.

DO $$
DECLARE
	v_role text;
	v_table regclass;
	v_function regprocedure;
	-- What only one program needs, and the raw bodies of the door in.
	v_secret constant regclass[] := ARRAY['channel_send_secret', 'channel_verify_secret', 'inbound',
		'inbound_dedupe', 'login_provider', 'session_login', 'login_flow']::regclass[];
BEGIN
	EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
	REVOKE ALL ON SCHEMA public FROM PUBLIC;
	REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC;
	REVOKE ALL ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC;
	FOREACH v_role IN ARRAY ARRAY['vent_staff', 'vent_webchat', 'vent_hooks', 'vent_live', 'vent_api',
		'vent_worker', 'vent_report'] LOOP
		EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA public FROM %I', v_role);
		EXECUTE format('REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM %I', v_role);
		EXECUTE format('REVOKE ALL ON ALL FUNCTIONS IN SCHEMA public FROM %I', v_role);
		EXECUTE format('REVOKE ALL ON DATABASE %I FROM %I', current_database(), v_role);
		EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), v_role);
		EXECUTE format('GRANT USAGE ON SCHEMA public TO %I', v_role);
	END LOOP;
	FOR v_table IN SELECT c.oid FROM pg_class c
		WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
			AND NOT c.relispartition AND c.oid <> ALL (v_secret) LOOP
		EXECUTE format('GRANT SELECT ON %s TO vent_staff, vent_worker, vent_report', v_table);
	END LOOP;
	-- All that live may do.
	FOR v_function IN SELECT p.oid FROM pg_proc p
		WHERE p.pronamespace = 'public'::regnamespace AND p.proname LIKE 'live\_%' LOOP
		EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO vent_live', v_function);
	END LOOP;
END $$;

-- staff: writes what people do at their screens.
GRANT INSERT, UPDATE ON login_attempt, login_name, submission TO vent_staff;
GRANT UPDATE (password_hash, sound) ON app_user TO vent_staff;
GRANT INSERT, UPDATE (last_seen_at, closed_at, close_reason) ON session TO vent_staff;
GRANT INSERT, UPDATE ON agent_state TO vent_staff;
GRANT INSERT, UPDATE (ended_at) ON agent_state_log TO vent_staff;
GRANT UPDATE ON conversation TO vent_staff;
GRANT INSERT, UPDATE ON assignment TO vent_staff;
GRANT EXECUTE ON FUNCTION operator_fit(bigint, bigint, bigint), presence_since() TO vent_staff, vent_worker;
GRANT INSERT, UPDATE ON segment TO vent_staff;
GRANT INSERT ON message, conversation_typification, file, attachment, audit, wake, outbox, outbox_queue,
	inbound_queue TO vent_staff;
GRANT UPDATE (name, cuit, cuit_state, email, phone, revision, blocked_until, blocked_reason, blocked_by) ON contact TO vent_staff;
GRANT INSERT, UPDATE ON contact_note, contact_field, contact_value TO vent_staff;
GRANT EXECUTE ON FUNCTION contact_access(bigint, boolean, boolean, bigint),
	contact_access_all(bigint, boolean, boolean, bigint), contact_join(bigint, bigint, bigint),
	contact_part(bigint, bigint) TO vent_staff;
GRANT INSERT ON contact_unheard TO vent_worker;
GRANT UPDATE (opted_out_at, blocked_at) ON identity TO vent_staff;
GRANT INSERT ON contact_wish TO vent_staff, vent_worker;
GRANT EXECUTE ON FUNCTION contact_wish_names(bigint, boolean),
	contact_wish_note(bigint, bigint, bigint, text, bigint, timestamptz),
	contact_refusal(bigint, bigint, bigint), contact_wishes(bigint, bigint) TO vent_staff, vent_worker;
GRANT INSERT, UPDATE (typed_until) ON conversation_sign TO vent_staff, vent_worker;
GRANT UPDATE (main) ON conversation_typification TO vent_staff, vent_worker;
GRANT UPDATE (repeated_at, repeated_by) ON inbound_poison TO vent_staff;
-- The desk: what is said afterwards of a message is added to it; words are found as people type them.
GRANT INSERT ON message_revision TO vent_staff;
GRANT INSERT, UPDATE ON message_reaction, message_touch TO vent_staff;
GRANT INSERT, UPDATE ON desk_view TO vent_staff;
GRANT INSERT, UPDATE (said_at, undone_at) ON held_message TO vent_staff;
GRANT UPDATE (said_at, refused_at) ON held_message TO vent_worker;
GRANT UPDATE (used_count) ON canned_reply TO vent_worker;
GRANT SELECT ON message_revision TO vent_webchat;
GRANT EXECUTE ON FUNCTION text_folded(text), conversation_earlier(bigint, boolean, boolean, bigint) TO vent_staff;
-- Templates: written at the screens, followed by the worker; what became of each is the trigger's.
GRANT INSERT, UPDATE ON template, template_account TO vent_staff, vent_worker;
GRANT EXECUTE ON FUNCTION template_code(text, text), template_pause_end(bigint, text, timestamptz),
	template_told(text, text, text, text, text, text, jsonb, timestamptz),
	template_listed(text, jsonb, timestamptz, timestamptz, boolean), template_taken(bigint, jsonb, timestamptz) TO vent_worker;
-- What administrators arrange: nothing is deleted, it gets deleted_at.
GRANT INSERT, UPDATE ON setting, break_type, conversation_type, role, role_field TO vent_staff;
GRANT INSERT, UPDATE ON channel TO vent_staff;
-- The test of a line, and the end of its rest.
GRANT INSERT (channel_id, check_asked_at, token_state, token_at), UPDATE (check_asked_at, paused_until, token_expires_at, token_at, token_state,
	token_error, token_told) ON channel_health TO vent_staff;
-- Secrets are written there and never read.
GRANT SELECT (channel_id, name, revision), INSERT (channel_id, name, value), UPDATE (value, revision)
	ON channel_verify_secret, channel_send_secret TO vent_staff;
GRANT INSERT, UPDATE (valid_to) ON channel_version TO vent_staff;
GRANT INSERT, UPDATE ON canned_reply TO vent_staff;
GRANT INSERT, UPDATE ON queue TO vent_staff;
GRANT INSERT, UPDATE ON board_filter, chat_read TO vent_staff;
GRANT EXECUTE ON FUNCTION user_supervises(bigint) TO vent_staff, vent_worker;
GRANT INSERT ON chat_message, chat_broadcast TO vent_staff;
GRANT EXECUTE ON FUNCTION chat_member(bigint, boolean, bigint), chat_unread(bigint, boolean) TO vent_staff;
GRANT INSERT, UPDATE (valid_to) ON queue_version TO vent_staff;
GRANT INSERT, UPDATE ON typification TO vent_staff;
GRANT INSERT, UPDATE (valid_to) ON typification_version TO vent_staff;
GRANT EXECUTE ON FUNCTION typification_offered(bigint, bigint), typification_queues_set(bigint, bigint[]) TO vent_staff;
GRANT EXECUTE ON FUNCTION role_permissions_set(bigint, text[]) TO vent_staff;
GRANT INSERT, UPDATE ON holiday, hours_rule TO vent_staff;
GRANT EXECUTE ON FUNCTION break_used(bigint, bigint), break_refusal(bigint, bigint, boolean) TO vent_staff, vent_worker;
GRANT EXECUTE ON FUNCTION webchat_make(text, jsonb, text, bigint, bigint) TO vent_staff;
GRANT UPDATE ON silence_rule, notice_rule TO vent_staff;
GRANT UPDATE (volume) ON app_user TO vent_staff;
GRANT INSERT ON notice TO vent_staff, vent_worker;
GRANT UPDATE (read_at, notice_id, at, xid, key, by_name, words, said_count) ON notice TO vent_staff;
GRANT UPDATE (notice_id, at, xid, key, by_name, words) ON notice TO vent_worker;
GRANT EXECUTE ON FUNCTION notice_line(bigint, text, text, text), notice_manager(text, text, text, text, text) TO vent_worker;
-- How lines do, counted, and what their networks tell of them.
GRANT EXECUTE ON FUNCTION inbound_heard(bigint, timestamptz, timestamptz, bigint) TO vent_staff;
GRANT INSERT, UPDATE (value, revision) ON channel_send_secret TO vent_worker;
GRANT EXECUTE ON FUNCTION outbox_mail_join(bigint, integer, jsonb) TO vent_staff, vent_worker;
GRANT INSERT, UPDATE, DELETE ON line_count TO vent_worker;
GRANT INSERT ON line_news, exchange TO vent_worker;
GRANT DELETE ON notice TO vent_worker;
GRANT EXECUTE ON FUNCTION notice_wanted(bigint, smallint) TO vent_staff, vent_worker;
GRANT EXECUTE ON FUNCTION hours_spans_set(bigint, bigint[], bigint[], bigint[]), hours_words(bigint, integer)
	TO vent_staff;
GRANT UPDATE (view_role_id) ON session TO vent_staff;
GRANT INSERT, UPDATE ON export_rule TO vent_staff;
GRANT INSERT, UPDATE (state, ended_at) ON export_job TO vent_staff;
GRANT UPDATE ON export_job TO vent_worker;
GRANT EXECUTE ON FUNCTION audit_search(timestamptz, timestamptz, timestamptz, bigint, bigint, bigint[], text[], inet,
	bigint, text, bigint) TO vent_staff, vent_worker;
-- Who may be in is the owner's rule (trigger session_take_seat).
GRANT EXECUTE ON FUNCTION session_limits(), seat_rule(), seat_people(), seat_named_count(), seat_choose(bigint[])
	TO vent_staff;
GRANT INSERT, UPDATE (login, name, display_name, staff_number, dni, office, email, enabled, attends, capacity,
	version_id, revision, deleted_at) ON app_user TO vent_staff;
GRANT INSERT, UPDATE (valid_to) ON user_version TO vent_staff;
GRANT EXECUTE ON FUNCTION user_roles_set(bigint, bigint[]), user_queues_set(bigint, bigint[]),
	user_channels_set(bigint, bigint[]), user_groups_set(bigint, bigint[]),
	user_group_members_set(bigint, bigint[]), user_among(bigint, bigint[], bigint[]) TO vent_staff;
GRANT UPDATE (capacity) ON user_channel TO vent_staff;
GRANT INSERT, UPDATE ON user_group TO vent_staff;
GRANT UPDATE (password_set_at, password_temporary) ON app_user TO vent_staff;
GRANT INSERT ON password_history TO vent_staff;
GRANT UPDATE (totp_seed, totp_step, totp_since) ON app_user TO vent_staff;
GRANT INSERT, UPDATE (used_at, revoked_at) ON recovery_code TO vent_staff;
GRANT UPDATE (factor_at) ON session TO vent_staff;
GRANT EXECUTE ON FUNCTION session_duty(bigint) TO vent_staff;
GRANT INSERT, UPDATE (used_at, revoked_at, sent_to, send_error) ON invitation TO vent_staff;
-- Ways to log in; people come in by them with the role their groups give.
GRANT SELECT, INSERT, UPDATE ON login_provider TO vent_staff;
GRANT SELECT, INSERT ON session_login TO vent_staff;
GRANT SELECT, INSERT, UPDATE (used_at) ON login_flow TO vent_staff;
GRANT INSERT, UPDATE ON login_document TO vent_staff;
GRANT INSERT, UPDATE (last_at, login) ON login_identity TO vent_staff;
GRANT INSERT ON login_message TO vent_staff;
GRANT EXECUTE ON FUNCTION login_rules_set(bigint, text[], bigint[]) TO vent_staff;
GRANT INSERT, UPDATE (content, applied_at, discarded_at) ON user_import TO vent_staff;
GRANT USAGE ON SEQUENCE attachment_attachment_id_seq TO vent_staff;
GRANT EXECUTE ON FUNCTION partition_days_ahead(timestamptz) TO vent_staff;

-- webchat: one visitor's conversation, and the door in.
GRANT SELECT ON channel, visitor, conversation, message, attachment, file, hours_span, hours_rule, holiday TO vent_webchat;
GRANT SELECT (user_id, display_name) ON app_user TO vent_webchat;
GRANT SELECT (user_version_id, display_name) ON user_version TO vent_webchat;
GRANT INSERT, UPDATE (popout_hash, popout_expires_at) ON visitor TO vent_webchat;
GRANT INSERT ON inbound, inbound_queue, file TO vent_webchat;
GRANT USAGE ON SEQUENCE inbound_inbound_id_seq TO vent_webchat;

GRANT EXECUTE ON FUNCTION contact_sees_operator() TO vent_webchat, vent_staff;

-- hooks: verifies and stores; it cannot read what it stored, nor what sends.
GRANT SELECT (channel_id, messenger, key, enabled, deleted_at, account, business) ON channel TO vent_hooks;
GRANT SELECT ON channel_verify_secret TO vent_hooks;
GRANT INSERT ON inbound, inbound_queue TO vent_hooks;
GRANT SELECT (inbound_id, received_at) ON inbound TO vent_hooks;

-- worker: intake, routing, sending, expiry, seals; it alone removes finished work. The past is not its to change.
GRANT SELECT ON channel_send_secret, inbound, inbound_dedupe TO vent_worker;
-- Networks: what their ids name, what became of what went out, how each line does.
GRANT INSERT, UPDATE ON provider_message, provider_media, message_reaction, channel_health TO vent_worker;
GRANT INSERT ON message_revision TO vent_worker;
GRANT SELECT, INSERT, UPDATE, DELETE ON send_pace TO vent_worker;
GRANT SELECT, INSERT, DELETE ON send_window TO vent_worker;
GRANT UPDATE (data) ON message TO vent_worker;
GRANT INSERT, UPDATE ON message_touch TO vent_worker;
GRANT INSERT ON file TO vent_worker;
-- Mailboxes: what comes in by them is stored as the door does.
GRANT INSERT, UPDATE ON mailbox TO vent_worker;
GRANT INSERT ON inbound, message_mail TO vent_worker;
GRANT USAGE ON SEQUENCE inbound_inbound_id_seq TO vent_worker;
GRANT UPDATE (opted_out_at, blocked_at) ON identity TO vent_worker;
GRANT EXECUTE ON FUNCTION reaction_settle(bigint, integer, bigint, text, smallint, smallint, boolean) TO vent_worker;
GRANT INSERT, UPDATE ON message_part TO vent_worker;
GRANT DELETE ON provider_message, provider_media, message_part TO vent_worker;
GRANT INSERT, UPDATE ON contact, conversation, segment, assignment, agent_state, inbound_queue, inbound_poison,
	outbox, outbox_queue, worker TO vent_worker;
GRANT INSERT ON identity, message, attachment, conversation_typification, inbound_dedupe, wake, audit, audit_seal
	TO vent_worker;
GRANT INSERT ON conversation_referral TO vent_worker;
GRANT UPDATE (contact_id) ON identity, visitor TO vent_worker;
GRANT UPDATE (content) ON user_import TO vent_worker;
GRANT UPDATE (closed_at, close_reason) ON session TO vent_worker;
-- ventanilla login: who came by a provider is looked at again.
GRANT SELECT ON login_provider, session_login TO vent_worker;
GRANT SELECT (created_at) ON login_flow TO vent_worker;
GRANT UPDATE (down_until) ON login_provider TO vent_worker;
GRANT UPDATE ON session_login TO vent_worker;
GRANT INSERT, UPDATE ON login_document TO vent_worker;
GRANT DELETE ON login_flow, login_message TO vent_worker;
GRANT EXECUTE ON FUNCTION user_roles_set(bigint, bigint[]) TO vent_worker;
GRANT EXECUTE ON FUNCTION session_limits(), seat_people(), seat_note_peak(integer) TO vent_worker;
GRANT INSERT, UPDATE (ended_at) ON agent_state_log TO vent_worker;
GRANT DELETE ON inbound_queue, outbox_queue, wake, submission, inbound_dedupe, login_name, login_attempt TO vent_worker;
GRANT USAGE ON SEQUENCE contact_contact_id_seq, attachment_attachment_id_seq, conversation_number TO vent_worker;
GRANT EXECUTE ON FUNCTION conversation_id_next(timestamptz), partition_maintain(timestamptz),
	partition_days_ahead(timestamptz) TO vent_worker;
-- ventanilla user-add, with the version that a name leaves (trigger user_version).
GRANT INSERT, UPDATE (version_id) ON app_user TO vent_worker;
GRANT INSERT, UPDATE (valid_to) ON user_version TO vent_worker;
GRANT INSERT ON user_role, user_queue, user_channel TO vent_worker;

-- Files and the antivirus: the worker asks it, everybody's files have its turn (file_put).
GRANT EXECUTE ON FUNCTION file_put(bytea, bigint, text), files_held(jsonb) TO vent_staff, vent_webchat, vent_worker;
GRANT EXECUTE ON FUNCTION scan_wanted() TO vent_staff;
GRANT UPDATE (scan_state, scan_due_at, scan_attempts, scanned_at, virus, virus_told_at) ON file TO vent_worker;
GRANT UPDATE ON scan_health TO vent_worker;
GRANT UPDATE (asked_at) ON scan_health TO vent_staff;
GRANT EXECUTE ON FUNCTION notice_scan(text, text, text, bigint) TO vent_worker;

-- report: reads what has no secret in it.
REVOKE SELECT ON session, visitor, submission, app_user, user_import, invitation,
	password_history, recovery_code FROM vent_report;
GRANT SELECT (user_id, login, name, display_name, staff_number, dni, office, email, enabled, attends, capacity,
	version_id, created_at, deleted_at) ON app_user TO vent_report;

-- Who sees which conversation is asked in the statements of the desk.
GRANT EXECUTE ON FUNCTION conversation_access(bigint, boolean, boolean, bigint) TO vent_staff;

-- Numbers for what each may insert.
GRANT USAGE ON SEQUENCE visitor_visitor_id_seq, inbound_inbound_id_seq, file_file_id_seq TO vent_webchat;
GRANT USAGE ON SEQUENCE inbound_inbound_id_seq TO vent_hooks;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO vent_staff, vent_worker;
