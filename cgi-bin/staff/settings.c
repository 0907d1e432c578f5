#include "base/vt.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/log.h"
#include "db/wake.h"
#include "people/audit.h"
#include "people/mailer.h"
#include "people/outgoing.h"
#include "people/setting.h"
#include "web/form.h"
#include "cgi-bin/staff/admin.h"
#include "sql_invitation.h"
#include "sql_people.h"

#include <poll.h>

#define SECTION "settings"
#define SETTINGS_ID 1
#define VALUE_MAX 20000
#define ADDRESS_MAX 200
#define LINE_MAX_CHARACTERS 200        /* longer texts get several lines */

/* How it is asked for in the form. */
static const char *input_of(const struct setting_type *type)
{
	static const char *const inputs[] = {
		[SETTING_KIND_NUMBER] = "number", [SETTING_KIND_BOOL] = "bool",
		[SETTING_KIND_TEXT] = "text", [SETTING_KIND_SECRET] = "secret",
		[SETTING_KIND_CHOICE] = "choice",
	};

	if (type->kind == SETTING_KIND_TEXT && type->max > LINE_MAX_CHARACTERS)
		return "area";
	return inputs[type->kind];
}

static const char *words(struct vt_ctx *ctx, const char *section, const char *key)
{
	return template_locale(arena_printf(ctx->arena, "%s.%s", section, key));
}

static void options(struct vt_ctx *ctx, const struct request *request,
		    const struct setting_type *type, const char *value, struct t_node *item)
{
	char *next = arena_strdup(ctx->arena, type->options);

	for (char *option = strsep(&next, " "); option; option = strsep(&next, " ")) {
		const char *name = arena_printf(ctx->arena, "setting_option.%s.%s", type->key, option);
		admin_option(request, t_child(item, "options"), type->key, option,
			     locale_text(ctx, name, NULL), !strcmp(option, value));
	}
}

static void item_fill(struct vt_ctx *ctx, const struct request *request,
		      const struct setting_type *type, const char *value, struct t_node *item)
{
	t_set(item, "key", type->key);
	t_set(item, "kind", input_of(type));
	t_set(item, "label", words(ctx, "setting", type->key));
	t_set(item, "help", words(ctx, "setting_help", type->key));
	t_set_i64(item, "min", type->min);
	t_set_i64(item, "max", type->max);
	if (type->kind == SETTING_KIND_SECRET) {
		t_set_bool(item, "kept", *value);
		return;
	}
	if (admin_sent(request))
		value = request_form(request, type->key);
	if (type->kind == SETTING_KIND_BOOL)
		t_set_bool(item, "value", !strcmp(value, "1"));
	else
		t_set(item, "value", value);
	if (type->kind == SETTING_KIND_CHOICE)
		options(ctx, request, type, value, item);
}

/* Settings of one group stand together in setting.def. */
static void fill(struct vt_ctx *ctx, const struct request *request, const struct settings *settings,
		 struct t_node *page)
{
	struct t_node *group = NULL;
	char last[40] = "";

	for (int i = 0; i < SETTING_MAX; i++) {
		const struct setting_type *type = setting_type((enum setting)i);
		char name[sizeof(last)];
		snprintf(name, sizeof(name), "%.*s", (int)strcspn(type->key, "."), type->key);
		if (strcmp(name, last) != 0) {
			group = t_item(t_child(page, "setting_groups"));
			t_set(group, "key", name);
			memcpy(last, name, sizeof(last));
		}
		item_fill(ctx, request, type, setting_text(settings, (enum setting)i),
			  t_item(t_child(group, "items")));
	}
}

/* Where the message of a test goes: what was asked for, else whoever looks. */
static void mail_test_fill(const struct request *request, const struct settings *settings,
			   const struct db_result *oneself, struct t_node *page)
{
	const char *to = request_form(request, "to");

	t_set_bool(page, "mail.ready", mailer_ready(settings));
	t_set(page, "mail.to", *to || !db_rows(oneself) ? to : db_text(oneself, 0, "email"));
}

static int render(struct vt_ctx *ctx, const struct request *request, struct response *response,
		  struct t_node *page)
{
	struct db_result **results;
	struct settings settings;

	if (db_pipe_begin(ctx) < 0 || shell_ask(ctx, request) < 0 || setting_ask(ctx) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_INVITATION_PERSON, "i", request->session->user_id) < 0 ||
	    db_pipe_run(ctx, &results, NULL, NULL) < 0)
		return -1;
	admin_fill(ctx, request, results[0], SECTION, page);
	t_set_i64(page, "form.revision", setting_revision(results[1]));
	setting_from_result(&settings, results[1]);
	fill(ctx, request, &settings, page);
	mail_test_fill(request, &settings, results[2], page);
	t_set_bool(page, "antivirus.ready", *setting_text(&settings, SETTING_ANTIVIRUS_ADDRESS));
	return staff_render(ctx, request, response, "settings/page.cs", NULL, page);
}

int settings_page(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	return render(ctx, request, response, t_new(ctx));
}

/* An empty field keeps what is there: it is never shown. */
static int read_secret(struct vt_ctx *ctx, const struct request *request,
		       const struct setting_type *type, const char **out)
{
	const char *text;

	if (form_text(ctx, request, type->key, (size_t)type->max, FORM_OPTIONAL | FORM_RAW, &text) < 0)
		return -1;
	*out = *text ? setting_seal(ctx, program_key(), text) : NULL;
	return 0;
}

/* A switch that is off is not in the form. */
static int read_value(struct vt_ctx *ctx, const struct request *request,
		      const struct setting_type *type, const char **out)
{
	if (type->kind == SETTING_KIND_SECRET)
		return read_secret(ctx, request, type, out);
	if (type->kind == SETTING_KIND_BOOL) {
		*out = form_checked(request, type->key) ? "1" : "0";
		return 0;
	}
	return form_text(ctx, request, type->key, VALUE_MAX, FORM_OPTIONAL, out);
}

static int save(struct vt_ctx *ctx, const struct request *request)
{
	struct settings changes;
	int64_t revision;
	const char *once;

	if (form_once(ctx, request, &once) < 0 ||
	    form_i64(ctx, request, "revision", 0, INT64_MAX, 0, &revision) < 0)
		return -1;
	for (int i = 0; i < SETTING_MAX; i++) {
		if (read_value(ctx, request, setting_type((enum setting)i), &changes.values[i]) < 0)
			return -1;
	}
	if (mailer_check(ctx, &changes) < 0 || outgoing_check(ctx, &changes) < 0)
		return -1;
	/* Nobody's password is kept. */
	if (!*changes.values[SETTING_MAIL_USER])
		changes.values[SETTING_MAIL_PASSWORD] = "";
	return setting_save(ctx, &changes, revision, once);
}

int settings_submit(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	struct t_node *page = t_new(ctx);

	if (save(ctx, request) < 0) {
		if (admin_refused(ctx, request, response, "setting", SETTINGS_ID, page) < 0)
			return -1;
		return render(ctx, request, response, page);
	}
	admin_done(ctx, request, response, SECTION, "saved");
	return 0;
}

/* --- A message to see that the mail server takes one ------------------------------------------- */

static int mail_record(struct vt_ctx *ctx, void *arg)
{
	const struct audit audit = { .action = "mail.test", .entity = "setting", .entity_id = SETTINGS_ID };

	(void)arg;
	return audit_alone(ctx, &audit);
}

static int mail_send_test(struct vt_ctx *ctx, const struct request *request)
{
	struct settings settings;
	const char *to;

	if (form_text(ctx, request, "to", ADDRESS_MAX, 0, &to) < 0 || setting_load(ctx, &settings) < 0)
		return -1;
	if (!mail_is_address(to))
		return vt_fail_field(ctx, "to", "error.mail.address", "no address");
	if (!mailer_ready(&settings))
		return vt_fail_field(ctx, "to", "error.mail.none", "no mail server");
	if (db_transaction(ctx, mail_record, NULL) < 0)
		return -1;
	const char *agency = setting_text(&settings, SETTING_AGENCY_NAME);
	const struct mail mail = {
		.to = to, .subject = locale_text(ctx, "settings.mail_subject", agency, NULL),
		.text = locale_text(ctx, "settings.mail_text", agency, request->session->name, NULL),
	};
	return mailer_send(ctx, program_key(), &settings, &mail);
}

static void mail_fault(struct vt_ctx *ctx, struct t_node *page)
{
	log_error(ctx, "settings.mail");
	t_set(page, "mail.fault", response_error_text(ctx));
	t_set(page, "mail.detail", ctx->error.message);
	vt_error_clear(ctx);
}

int settings_mail(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	struct t_node *page = t_new(ctx);

	if (mail_send_test(ctx, request) == 0)
		t_set_bool(page, "mail.sent", true);
	else if (!*ctx->error.key || request->wants_json)
		return -1;
	else if (*ctx->error.field)
		staff_form_error(ctx, response, page);
	else
		mail_fault(ctx, page);
	return render(ctx, request, response, page);
}

/* --- A harmless file that an antivirus knows; the worker asks it, as it does with every other ---- */

#define ANSWER_WAIT_US (8 * CLOCK_SECOND)
#define ANSWER_LOOK_MS 50

static int antivirus_record(struct vt_ctx *ctx, void *arg)
{
	const struct audit audit = { .action = "antivirus.test", .entity = "setting", .entity_id = SETTINGS_ID };

	(void)arg;
	return audit_alone(ctx, &audit);
}

/* "found", "not_found", or in English why there was no answer; NULL: there is none to ask. */
static int antivirus_ask(struct vt_ctx *ctx, const char **answer)
{
	int64_t until = clock_monotonic_us() + ANSWER_WAIT_US;
	struct settings settings;
	struct db_result *row;

	*answer = NULL;
	if (setting_load(ctx, &settings) < 0 || db_transaction(ctx, antivirus_record, NULL) < 0)
		return -1;
	if (!*setting_text(&settings, SETTING_ANTIVIRUS_ADDRESS))
		return 0;
	if (db_one(ctx, &row, &SQL_SETTING_SCAN_ASK, "") < 0)
		return -1;
	int64_t asked_at = db_time_us(row, 0, "asked_at");
	wake_worker_now("scan", 0);
	do {
		poll(NULL, 0, ANSWER_LOOK_MS);
		if (db_query(ctx, &row, &SQL_SETTING_SCAN_ANSWER, "t", asked_at) < 0)
			return -1;
	} while (!db_rows(row) && clock_monotonic_us() < until);
	*answer = db_rows(row) ? db_text(row, 0, "answer") : "the worker has not answered";
	return 0;
}

int settings_antivirus(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	struct t_node *page = t_new(ctx);
	const char *answer;

	if (antivirus_ask(ctx, &answer) < 0)
		return -1;
	t_set(page, "antivirus.answer", answer);
	return render(ctx, request, response, page);
}
