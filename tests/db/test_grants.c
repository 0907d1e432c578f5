/*
 * Every statement of every room against the migrated database: it prepares,
 * and each program's role may run what it runs and nothing it must not.
 */
#include "database.h"
#include "base/strbuf.h"

/* What a program runs: whole rooms, without some statements; and single statements of others. */
struct program {
	const char *role;
	const char *rooms;
	const char *without;
	const char *single;
};

static const struct program programs[] = {
	{ .role = "vent_staff",
	  .rooms = " people desk assignment shell board break field role session quarantine health outbox conversation type "
		   "queue tag canned channel login supervise saying reaction take ",
	  .without = " conversation_insert held_refused ",
	  .single = " wake_row migrate_ledger migrate_list " },
	{ .role = "vent_webchat", .rooms = " webchat ", .without = " ",
	  .single = " file_upsert hours_rules hours_spans hours_days " },
	/* Supervision: operators' states, the internal chat. */
	{ .role = "vent_staff", .rooms = " agents chat ", .without = " ", .single = " " },
	/* People: who they are, what they attend, how they come in. */
	{ .role = "vent_staff", .rooms = " user user_import group invitation password factor ", .without = " ", .single = " " },
	/* Attention: hours, silence, notices, the first steps. */
	{ .role = "vent_staff", .rooms = " hours hours_admin silence notice start ", .without = " ", .single = " " },
	{ .role = "vent_worker", .rooms = " silence notice ", .without = " silence_update notice_rule_set notice_list notice_read notice_read_all notice_tell notice_read_subject notice_read_conversation ", .single = " " },
	/* What is done with a case. */
	{ .role = "vent_staff", .rooms = " transfer wrap letter contact_desk contact_field contact_merge ", .without = " ", .single = " " },
	{ .role = "vent_staff", .rooms = " contact_wish ", .without = " wish_of_identity wish_answers ", .single = " " },
	{ .role = "vent_worker", .rooms = " ", .without = " ", .single = " wish_of_identity wish_answers contact_topics " },
	{ .role = "vent_worker", .rooms = " wrap ", .without = " ", .single = " " },
	/* Control: the audit, what leaves as a file. */
	/* Cases that change hands. */
	{ .role = "vent_staff", .rooms = " handover ", .without = " ", .single = " release_disabled release_check " },
	{ .role = "vent_worker", .rooms = " handover ", .without = " ", .single = " " },
	{ .role = "vent_staff", .rooms = " audit exchange export sms transcript ", .without = " ", .single = " " },
	{ .role = "vent_worker", .rooms = " export_work ", .without = " ", .single = " audit_search " },
	{ .role = "vent_staff", .rooms = " simulate template ", .without = " ", .single = " " },
	{ .role = "vent_worker", .rooms = " template_work ", .without = " ", .single = " " },
	{ .role = "vent_hooks", .rooms = " hooks ", .without = " ", .single = " " },
	{ .role = "vent_api", .rooms = " api ", .without = " ", .single = " " },
	{ .role = "vent_live", .rooms = " live ", .without = " ", .single = " " },
	{ .role = "vent_worker",
	  .rooms = " admin contact conversation expire hours intake mail outbox relay routing scan seal send login_again saying line_watch ",
	  .without = " attend_access file_verdicts typifications_offered attend_queue held_add held_undo "
		     "held_known message_quoted message_own message_revise ",
	  .single = " wake_row db_lock_try db_lock_try_shared db_unlock db_unlock_shared migrate_ledger "
		    "migrate_list audit_insert "
		    "agent_state_ensure agent_state_lock agent_state_set agent_state_log_end "
		    "agent_state_log_start "
		    "login_provider_get login_provider_down login_document_get login_document_try "
		    "login_document_set login_role_find login_role_set login_identity_user "
		    "login_session_end " },
};

static bool in_list(const char *list, const char *name)
{
	char word[80];

	snprintf(word, sizeof(word), " %s ", name);
	return strstr(list, word) != NULL;
}

static bool runs(const struct program *program, const struct sql_listed *listed)
{
	if (in_list(program->single, listed->sql->name))
		return true;
	return in_list(program->rooms, listed->room) && !in_list(program->without, listed->sql->name);
}

static void every_statement_prepares(void **state)
{
	struct vt_ctx *ctx = database_ctx(state);
	int failures = 0;

	for (const struct sql_listed *listed = sql_all; listed->sql; listed++) {
		if (db_script(ctx, arena_printf(ctx->arena, "PREPARE it AS %s", listed->sql->text)) < 0) {
			print_error("%s.sql: %s: %s %s\n", listed->room, listed->sql->name,
				    ctx->error.sqlstate, ctx->error.message);
			failures++;
			continue;
		}
		database_run(ctx, "DEALLOCATE it");
	}
	assert_int_equal(failures, 0);
}

static void every_statement_has_as_many_parameters_as_it_says(void **state)
{
	STATEMENT(counted, 0, "SELECT cardinality(parameter_types) AS n FROM pg_prepared_statements "
		  "WHERE name = 'it'");
	struct vt_ctx *must_ctx = database_ctx(state);

	for (const struct sql_listed *listed = sql_all; listed->sql; listed++) {
		struct db_result *r;

		must(db_script(must_ctx, arena_printf(must_ctx->arena, "PREPARE it AS %s", listed->sql->text)));
		must(db_one(must_ctx, &r, &counted, ""));
		if (db_i64(r, 0, "n") != listed->sql->parameters)
			fail_msg("%s has %d parameters, not %d", listed->sql->name,
				 (int)db_i64(r, 0, "n"), listed->sql->parameters);
		must(db_script(must_ctx, "DEALLOCATE it"));
	}
}

/* EXPLAIN checks the rights of a plan without running it. */
static int may_run(struct vt_ctx *ctx, const struct sql *sql)
{
	struct strbuf text;

	strbuf_init(&text, ctx->arena, strlen(sql->text) + 200);
	strbuf_printf(&text, "SET plan_cache_mode = force_generic_plan; PREPARE it AS %s; EXPLAIN EXECUTE it",
		      sql->text);
	for (int i = 0; i < sql->parameters; i++)
		strbuf_puts(&text, i ? ", NULL" : "(NULL");
	strbuf_puts(&text, sql->parameters ? ")" : "");
	strbuf_puts(&text, "; DEALLOCATE it");
	return db_script(ctx, text.data);
}

/* EXPLAIN does not look at the sequences that a statement names. */
STATEMENT(sequences_refused, 2, "SELECT string_agg(name, ' ') AS names FROM ("
	  "SELECT m[1] AS name FROM regexp_matches($1, $$nextval\\('(\\w+)'\\)$$, 'g') m UNION ALL "
	  "SELECT pg_get_serial_sequence(m[1], m[2]) "
	  "FROM regexp_matches($1, $$pg_get_serial_sequence\\('(\\w+)', '(\\w+)'\\)$$, 'g') m) s "
	  "WHERE NOT has_sequence_privilege($2, name, 'USAGE')");

static bool may_number(struct vt_ctx *must_ctx, const char *role, const struct sql *sql)
{
	struct db_result *r;

	must(db_one(must_ctx, &r, &sequences_refused, "ss", sql->text, role));
	if (!db_is_null(r, 0, "names"))
		print_error("%s: %s: no right to %s\n", role, sql->name, db_text(r, 0, "names"));
	return db_is_null(r, 0, "names");
}

static void every_program_may_run_its_statements(void **state)
{
	int failures = 0;

	for (size_t i = 0; i < VT_COUNT(programs); i++) {
		struct vt_ctx ctx;

		database_join(&ctx, programs[i].role, NULL);
		for (const struct sql_listed *listed = sql_all; listed->sql; listed++) {
			if (!runs(&programs[i], listed))
				continue;
			failures += !may_number(database_ctx(state), programs[i].role, listed->sql);
			if (may_run(&ctx, listed->sql) == 0)
				continue;
			print_error("%s: %s: %s %s\n", programs[i].role, listed->sql->name,
				    ctx.error.sqlstate, ctx.error.message);
			failures++;
			(void)!db_script(&ctx, "DEALLOCATE ALL");
		}
		database_leave(&ctx);
	}
	assert_int_equal(failures, 0);
}

static void every_statement_belongs_to_a_program(void **state)
{
	(void)state;
	for (const struct sql_listed *listed = sql_all; listed->sql; listed++) {
		/* By the owner. */
		bool used = in_list(" migrate_patience migrate_record ", listed->sql->name) ||
			    in_list(" channel_put ", listed->room);

		for (size_t i = 0; i < VT_COUNT(programs); i++)
			used |= runs(&programs[i], listed);
		if (!used)
			fail_msg("%s is run by no program", listed->sql->name);
	}
}

/* --- What must not be ------------------------------------------------------------------------- */

static void assert_refused(const char *role, const char *script)
{
	struct vt_ctx ctx;

	database_join(&ctx, role, NULL);
	/* Were it allowed, it would still not have happened. */
	assert_int_equal(db_script(&ctx, "BEGIN READ WRITE"), 0);
	int status = db_script(&ctx, script);
	if (status == 0 || strcmp(ctx.error.sqlstate, "42501"))
		fail_msg("%s: %s: %s %s", role, script, status ? ctx.error.sqlstate : "allowed",
			 status ? ctx.error.message : "");
	database_leave(&ctx);
}

static const char *const all_roles[] = {
	"vent_staff", "vent_webchat", "vent_hooks", "vent_live", "vent_api", "vent_worker", "vent_report",
};

static void only_the_worker_deletes_and_only_what_is_done(void **state)
{
	STATEMENT(deletes, 0, "SELECT r.rolname AS role, c.relname AS name "
		  "FROM pg_roles r, pg_class c WHERE r.rolname LIKE 'vent\\_%' AND r.rolname <> 'vent_owner' "
		  "AND c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') "
		  "AND (has_table_privilege(r.oid, c.oid, 'DELETE') OR has_table_privilege(r.oid, c.oid, 'TRUNCATE'))");
	struct vt_ctx *must_ctx = database_ctx(state);
	struct db_result *r;

	must(db_query(must_ctx, &r, &deletes, ""));
	for (size_t i = 0; i < db_rows(r); i++) {
		if (strcmp(db_text(r, i, "role"), "vent_worker") ||
		    !in_list(" inbound_queue outbox_queue wake submission inbound_dedupe "
			     "login_name login_attempt login_flow login_message notice "
			     "provider_message provider_media message_part send_pace send_window line_count ", db_text(r, i, "name")))
			fail_msg("%s may delete from %s", db_text(r, i, "role"), db_text(r, i, "name"));
	}
}

static void partitions_are_reached_through_their_parents_only(void **state)
{
	STATEMENT(open_partitions, 0, "SELECT r.rolname AS role, c.relname AS name "
		  "FROM pg_roles r, pg_class c WHERE r.rolname LIKE 'vent\\_%' AND r.rolname <> 'vent_owner' "
		  "AND c.relispartition AND c.relkind = 'r' "
		  "AND has_table_privilege(r.oid, c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE')");
	struct vt_ctx *must_ctx = database_ctx(state);
	struct db_result *r;

	must(db_query(must_ctx, &r, &open_partitions, ""));
	if (db_rows(r))
		fail_msg("%s may touch %s", db_text(r, 0, "role"), db_text(r, 0, "name"));
}

static void nobody_changes_the_past(void **state)
{
	static const char *const past[] = {
		"UPDATE audit SET action = 'x'", "UPDATE audit_seal SET row_count = 0",
		"UPDATE message SET body = 'x'", "UPDATE bot_version SET note = 'x'",
		"UPDATE user_version SET name = 'x'", "UPDATE queue_version SET name = 'x'",
		"UPDATE inbound SET raw = 'x'", "DELETE FROM audit", "TRUNCATE audit",
	};

	(void)state;
	for (size_t role = 0; role < VT_COUNT(all_roles); role++) {
		for (size_t i = 0; i < VT_COUNT(past); i++)
			assert_refused(all_roles[role], past[i]);
	}
}

static void only_the_worker_reads_what_sends(void **state)
{
	(void)state;
	for (size_t i = 0; i < VT_COUNT(all_roles); i++) {
		if (strcmp(all_roles[i], "vent_worker"))
			assert_refused(all_roles[i], "SELECT * FROM channel_send_secret");
	}
}

static void only_hooks_read_what_verifies(void **state)
{
	(void)state;
	for (size_t i = 0; i < VT_COUNT(all_roles); i++) {
		if (strcmp(all_roles[i], "vent_hooks"))
			assert_refused(all_roles[i], "SELECT * FROM channel_verify_secret");
	}
}

static void administrators_write_secrets_and_read_none(void **state)
{
	static const char *const wanted[] = {
		"SELECT value FROM channel_send_secret", "SELECT value FROM channel_verify_secret",
		"SELECT name FROM channel_send_secret WHERE value LIKE 'a%'",
		"INSERT INTO channel_send_secret (channel_id, name, value) VALUES (1, 'x', 'y') RETURNING value",
		"UPDATE channel_verify_secret SET name = value", "UPDATE channel_send_secret SET channel_id = 1",
		"INSERT INTO channel_send_secret (channel_id, name, value) VALUES (1, 'x', 'y') "
		"ON CONFLICT (channel_id, name) DO UPDATE SET value = channel_send_secret.value || excluded.value",
	};

	(void)state;
	for (size_t i = 0; i < VT_COUNT(wanted); i++)
		assert_refused("vent_staff", wanted[i]);
}

static void hooks_only_put_into_the_door(void **state)
{
	static const char *const wanted[] = {
		"SELECT raw FROM inbound", "SELECT * FROM inbound_queue", "SELECT * FROM conversation",
		"SELECT * FROM message", "SELECT settings FROM channel", "SELECT * FROM app_user",
		"INSERT INTO outbox (channel_id, kind, payload) VALUES (1, 'x', '{}')",
		"UPDATE channel_verify_secret SET value = 'x'", "UPDATE inbound_queue SET attempts = 0",
	};

	(void)state;
	for (size_t i = 0; i < VT_COUNT(wanted); i++)
		assert_refused("vent_hooks", wanted[i]);
}

static void live_reads_no_table_at_all(void **state)
{
	STATEMENT(live_tables, 0, "SELECT c.relname AS name FROM pg_class c "
		  "WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'S') "
		  "AND CASE c.relkind WHEN 'S' THEN has_sequence_privilege('vent_live', c.oid, 'USAGE, SELECT') "
		  "ELSE has_any_column_privilege('vent_live', c.oid, 'SELECT, INSERT, UPDATE') END");
	STATEMENT(live_functions, 0, "SELECT p.proname AS name FROM pg_proc p "
		  "WHERE p.pronamespace = 'public'::regnamespace "
		  "AND has_function_privilege('vent_live', p.oid, 'EXECUTE') AND p.proname NOT LIKE 'live\\_%'");
	struct vt_ctx *must_ctx = database_ctx(state);
	struct db_result *r;

	must(db_query(must_ctx, &r, &live_tables, ""));
	if (db_rows(r))
		fail_msg("vent_live may touch %s", db_text(r, 0, "name"));
	must(db_query(must_ctx, &r, &live_functions, ""));
	if (db_rows(r))
		fail_msg("vent_live may call %s", db_text(r, 0, "name"));
}

static void webchat_knows_of_people_what_a_visitor_sees(void **state)
{
	static const char *const wanted[] = {
		"SELECT login FROM app_user", "SELECT password_hash FROM app_user", "SELECT name FROM user_version",
		"SELECT dni FROM user_version", "SELECT * FROM session", "SELECT * FROM contact",
		"SELECT raw FROM inbound", "UPDATE conversation SET state = 4", "UPDATE visitor SET contact_id = 1",
		"INSERT INTO message (conversation_id, seq, created_at, author, body) VALUES (1, 1, now(), 3, 'x')",
	};

	(void)state;
	for (size_t i = 0; i < VT_COUNT(wanted); i++)
		assert_refused("vent_webchat", wanted[i]);
}

static void reports_read_no_secret_and_write_nothing(void **state)
{
	static const char *const wanted[] = {
		"SELECT password_hash FROM app_user", "SELECT token_hash FROM session",
		"SELECT token_hash FROM visitor", "SELECT raw FROM inbound",
	};
	struct vt_ctx ctx;

	(void)state;
	for (size_t i = 0; i < VT_COUNT(wanted); i++)
		assert_refused("vent_report", wanted[i]);
	database_join(&ctx, "vent_report", NULL);
	assert_failed(&ctx, db_script(&ctx, "UPDATE setting SET value = '1'"), VT_E_DB);
	database_leave(&ctx);
}

static void nobody_makes_objects_not_even_for_the_moment(void **state)
{
	(void)state;
	for (size_t i = 0; i < VT_COUNT(all_roles); i++) {
		assert_refused(all_roles[i], "CREATE TABLE public.mine (id bigint)");
		assert_refused(all_roles[i], "CREATE TEMP TABLE mine (id bigint)");
		assert_refused(all_roles[i], "CREATE SCHEMA mine");
	}
}

/* Grants stop programs; the owner is stopped by the triggers, so that only DDL could. */
static void not_even_the_owner_changes_an_audit_row(void **state)
{
	struct vt_ctx *must_ctx = database_ctx(state);

	must(db_begin(must_ctx));
	must(db_script(must_ctx, "INSERT INTO audit (program, action) VALUES ('test', 'test')"));
	assert_failed(must_ctx, db_script(must_ctx, "UPDATE audit SET action = 'x' WHERE xid = pg_current_xact_id()"),
		      VT_E_DB);
	assert_string_equal(must_ctx->error.sqlstate, "42501");
	db_rollback(must_ctx);
}

static void nothing_is_granted_to_everybody(void **state)
{
	STATEMENT(public_grants, 0, "SELECT relname AS name FROM pg_class, aclexplode(relacl) a "
		  "WHERE relnamespace = 'public'::regnamespace AND a.grantee = 0 "
		  "UNION ALL SELECT proname FROM pg_proc, aclexplode(coalesce(proacl, acldefault('f', proowner))) a "
		  "WHERE pronamespace = 'public'::regnamespace AND a.grantee = 0 "
		  "UNION ALL SELECT datname FROM pg_database, aclexplode(coalesce(datacl, acldefault('d', datdba))) a "
		  "WHERE datname = current_database() AND a.grantee = 0");
	struct vt_ctx *must_ctx = database_ctx(state);
	struct db_result *r;

	must(db_query(must_ctx, &r, &public_grants, ""));
	if (db_rows(r))
		fail_msg("%s is open to everybody", db_text(r, 0, "name"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		DATABASE_TEST(every_statement_prepares),
		DATABASE_TEST(every_statement_has_as_many_parameters_as_it_says),
		DATABASE_TEST(every_program_may_run_its_statements),
		DATABASE_TEST(every_statement_belongs_to_a_program),
		DATABASE_TEST(only_the_worker_deletes_and_only_what_is_done),
		DATABASE_TEST(partitions_are_reached_through_their_parents_only),
		DATABASE_TEST(nobody_changes_the_past),
		DATABASE_TEST(only_the_worker_reads_what_sends),
		DATABASE_TEST(only_hooks_read_what_verifies),
		DATABASE_TEST(administrators_write_secrets_and_read_none),
		DATABASE_TEST(hooks_only_put_into_the_door),
		DATABASE_TEST(live_reads_no_table_at_all),
		DATABASE_TEST(webchat_knows_of_people_what_a_visitor_sees),
		DATABASE_TEST(reports_read_no_secret_and_write_nothing),
		DATABASE_TEST(nobody_makes_objects_not_even_for_the_moment),
		DATABASE_TEST(not_even_the_owner_changes_an_audit_row),
		DATABASE_TEST(nothing_is_granted_to_everybody),
	};

	return cmocka_run_group_tests_name("grants", tests, NULL, NULL);
}
