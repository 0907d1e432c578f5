/* The first steps of an agency, in their order: each is a form, done when what it makes is there. */
#include "base/vt.h"
#include "base/codes.h"
#include "base/config.h"
#include "people/setting.h"
#include "people/user.h"
#include "routing/first_line.h"
#include "routing/hours_edit.h"
#include "routing/queue.h"
#include "web/form.h"
#include "web/format.h"
#include "cgi-bin/staff/admin.h"
#include "sql_start.h"

#define SECTION "start"
#define HOME "/admin/start"
#define SITES_TEXT_MAX 1000
#define SERVICE_LEVEL_S 60
#define OPERATOR_CAPACITY 5

enum step { STEP_AGENCY, STEP_QUEUE, STEP_HOURS, STEP_CHANNEL, STEP_OPERATORS, STEPS };
static const char *const step_keys[STEPS] = { "agency", "queue", "hours", "channel", "operators" };

static bool step_done(const struct db_result *state, enum step step)
{
	switch (step) {
	case STEP_AGENCY:
		return db_bool(state, 0, "agency");
	case STEP_QUEUE:
		return db_i64(state, 0, "queue_id") != 0;
	case STEP_HOURS:
		return db_i64(state, 0, "hours_revision") > 1;
	case STEP_CHANNEL:
		return db_i64(state, 0, "channel_id") != 0;
	case STEP_OPERATORS:
		return db_i64(state, 0, "operators") > 0;
	case STEPS:
		break;
	}
	return true;
}

/* The first that is missing; STEPS: none. A form that came back stays at its own. */
static enum step step_now(const struct request *request, const struct db_result *state)
{
	for (int step = 0; step < STEPS; step++) {
		const char *path = request->path + strlen(HOME);
		if (*path == '/' && !strcmp(path + 1, step_keys[step]))
			return (enum step)step;
	}
	for (int step = 0; step < STEPS; step++) {
		if (!step_done(state, (enum step)step))
			return (enum step)step;
	}
	return STEPS;
}

static void fields_fill(struct vt_ctx *ctx, const struct request *request, const struct db_result *state,
			const struct settings *settings, struct t_node *fields)
{
	const char *agency = setting_text(settings, SETTING_AGENCY_NAME);

	admin_field(request, fields, "agency", agency);
	admin_field(request, fields, "queue", locale_text(ctx, "start.queue_name", NULL));
	admin_field(request, fields, "week", "08:00-17:00");
	admin_field(request, fields, "saturday", "");
	admin_field(request, fields, "closed_text", locale_text(ctx, "start.closed_text", NULL));
	admin_field(request, fields, "name", locale_text(ctx, "start.channel_name", NULL));
	admin_field(request, fields, "sites", "");
	admin_field(request, fields, "greeting", locale_text(ctx, "start.greeting", agency, NULL));
	admin_field(request, fields, "person", "");
	admin_field(request, fields, "login", "");
	admin_field(request, fields, "email", "");
	t_set(fields, "settings_revision", db_text(state, 0, "settings_revision"));
	t_set(fields, "hours_revision", db_text(state, 0, "hours_revision"));
	t_set(fields, "hours_rule", db_text(state, 0, "hours_rule_id"));
	t_set(fields, "queue_id", db_text(state, 0, "queue_id"));
}

static void steps_fill(const struct db_result *state, enum step now, struct t_node *page)
{
	for (int step = 0; step < STEPS; step++) {
		struct t_node *item = t_item(t_child(page, "steps"));
		t_set(item, "key", step_keys[step]);
		t_set_i64(item, "number", step + 1);
		t_set_bool(item, "done", step_done(state, (enum step)step));
		t_set_bool(item, "current", step == (int)now);
	}
	t_set(page, "step", now == STEPS ? "end" : step_keys[now]);
}

static void line_fill(struct vt_ctx *ctx, const struct db_result *state, struct t_node *page)
{
	const char *base = program_config()->base_url, *key = db_text(state, 0, "channel_key");

	t_set(page, "queue_name", db_text(state, 0, "queue_name"));
	t_set(page, "channel_name", db_text(state, 0, "channel_name"));
	t_set_i64(page, "operators", db_i64(state, 0, "operators"));
	if (!*key)
		return;
	t_set(page, "snippet", arena_printf(ctx->arena, "<script src=\"%s/w.js\" data-key=\"%s\" async></script>",
					    base, key));
	t_set(page, "try", arena_printf(ctx->arena, "/webchat/frame?key=%s&mode=page", key));
}

static int render(struct vt_ctx *ctx, const struct request *request, struct response *response,
		  struct t_node *page)
{
	struct settings settings;
	struct db_result **parts;

	if (db_pipe_begin(ctx) < 0 || shell_ask(ctx, request) < 0 || setting_ask(ctx) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_START_STATE, "") < 0 || db_pipe_run(ctx, &parts, NULL, NULL) < 0)
		return -1;
	admin_fill(ctx, request, parts[0], SECTION, page);
	setting_from_result(&settings, parts[1]);
	steps_fill(parts[2], step_now(request, parts[2]), page);
	fields_fill(ctx, request, parts[2], &settings, t_child(page, "form"));
	line_fill(ctx, parts[2], page);
	t_set_bool(page, "may_invite", staff_may(request->session, PERM_USER_MANAGE) &&
				       staff_may(request->session, PERM_GROUP_MANAGE));
	return staff_render(ctx, request, response, "start/page.cs", NULL, page);
}

int start_needed(struct vt_ctx *ctx, const struct request *request, bool *needed)
{
	struct db_result *result;

	*needed = false;
	if (!staff_may(request->session, PERM_SETTING_MANAGE) ||
	    !staff_may(request->session, PERM_CHANNEL_MANAGE))
		return 0;
	if (db_one(ctx, &result, &SQL_START_NEEDED, "") < 0)
		return -1;
	*needed = db_bool(result, 0, "needed");
	return 0;
}

int start_page(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	return render(ctx, request, response, t_new(ctx));
}

/* On to the next step; what was wrong comes back in the form. */
static int step_end(struct vt_ctx *ctx, struct request *request, struct response *response, int status,
		    const char *entity)
{
	struct t_node *page = t_new(ctx);

	if (status == 0) {
		staff_done(ctx, request, response, HOME);
		return 0;
	}
	if (admin_refused(ctx, request, response, entity, 1, page) < 0)
		return -1;
	return render(ctx, request, response, page);
}

static int agency_save(struct vt_ctx *ctx, const struct request *request)
{
	struct settings changes = { 0 };
	const char *once;
	int64_t revision;

	if (form_once(ctx, request, &once) < 0 ||
	    form_i64(ctx, request, "revision", 0, INT64_MAX, 0, &revision) < 0 ||
	    form_text(ctx, request, "agency", 80, 0, &changes.values[SETTING_AGENCY_NAME]) < 0)
		return -1;
	return setting_save(ctx, &changes, revision, once);
}

int start_agency(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	return step_end(ctx, request, response, agency_save(ctx, request), "setting");
}

static int queue_make(struct vt_ctx *ctx, const struct request *request)
{
	struct queue queue = { .strategy = STRATEGY_FEWEST_CASES, .service_level_s = SERVICE_LEVEL_S,
			       .greeting = "", .farewell = "", .greeting_mode = TEXT_MODE_AUTOMATIC,
			       .farewell_mode = TEXT_MODE_AUTOMATIC,
			       .ending = { 0, REOPEN_BOT, QUEUE_REOPEN_STANDARD_H } };
	struct edit edit = { 0 };

	if (form_once(ctx, request, &edit.once) < 0 ||
	    form_text(ctx, request, "queue", QUEUE_NAME_MAX, 0, &queue.name) < 0)
		return -1;
	if (queue_save(ctx, &edit, &queue) == 0)
		return 0;
	/* The field has another name in this form. */
	return ctx->error.code == VT_E_INVALID && !strcmp(ctx->error.field, "name")
		? vt_fail_field(ctx, "queue", "error.taken", "there is one already") : -1;
}

int start_queue(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	return step_end(ctx, request, response, queue_make(ctx, request), "queue");
}

static int read_spans(struct vt_ctx *ctx, const struct request *request, const char *field,
		      struct hours_range *ranges, size_t *count)
{
	const char *text;

	if (form_text(ctx, request, field, 200, FORM_OPTIONAL, &text) < 0)
		return -1;
	return hours_ranges_read(text, ranges, count) ? 0
		: vt_fail_field(ctx, field, "error.hours.spans", "no spans");
}

static int hours_make(struct vt_ctx *ctx, const struct request *request)
{
	struct hours_week week = { .closes_on = 7 };
	struct edit edit = { 0 };
	struct hours_reply *replies = week.replies;

	if (form_once(ctx, request, &edit.once) < 0 ||
	    form_i64(ctx, request, "hours_rule", 1, INT64_MAX, 0, &edit.id) < 0 ||
	    form_i64(ctx, request, "revision", 1, INT64_MAX, 0, &edit.revision) < 0 ||
	    read_spans(ctx, request, "week", week.days[1], &week.counts[1]) < 0 ||
	    read_spans(ctx, request, "saturday", week.days[6], &week.counts[6]) < 0 ||
	    form_text(ctx, request, "closed_text", HOURS_TEXT_MAX, FORM_OPTIONAL,
		      &replies[HOURS_CASE_CLOSED].text) < 0)
		return -1;
	for (int day = 2; day <= 5; day++) {
		memcpy(week.days[day], week.days[1], sizeof(week.days[1]));
		week.counts[day] = week.counts[1];
	}
	replies[HOURS_CASE_HOLIDAY].text = replies[HOURS_CASE_CLOSED].text;
	replies[HOURS_CASE_ABSENT].text = "";
	for (int which = 0; which < HOURS_CASES; which++)
		replies[which].action = HOURS_TO_QUEUE;
	return hours_save(ctx, &edit, &week);
}

int start_hours(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	return step_end(ctx, request, response, hours_make(ctx, request), "hours");
}

/* Addresses with blanks or lines between them. */
static int read_sites(struct vt_ctx *ctx, const struct request *request, struct first_line *line)
{
	const char **sites = arena_calloc(ctx->arena, FIRST_LINE_SITES_MAX, sizeof(*sites));
	const char *text;
	char *next;

	if (form_text(ctx, request, "sites", SITES_TEXT_MAX, 0, &text) < 0)
		return -1;
	next = arena_strdup(ctx->arena, text);
	line->sites = sites;
	for (char *one = strsep(&next, " ,\n\t"); one; one = strsep(&next, " ,\n\t")) {
		if (!*one)
			continue;
		const char *site = first_line_site(ctx, one);
		if (!site || line->site_count == FIRST_LINE_SITES_MAX)
			return vt_fail_field(ctx, "sites", "error.start.site", "no address of a site");
		sites[line->site_count++] = site;
	}
	return 0;
}

static int channel_make(struct vt_ctx *ctx, const struct request *request)
{
	struct first_line line = { 0 };
	struct settings settings;
	struct edit edit = { 0 };

	if (form_once(ctx, request, &edit.once) < 0 ||
	    form_i64(ctx, request, "queue_id", 1, INT64_MAX, 0, &line.queue_id) < 0 ||
	    form_text(ctx, request, "name", FIRST_LINE_NAME_MAX, 0, &line.name) < 0 ||
	    read_sites(ctx, request, &line) < 0 ||
	    form_text(ctx, request, "greeting", FIRST_LINE_GREETING_MAX, 0, &line.greeting) < 0 ||
	    setting_load(ctx, &settings) < 0)
		return -1;
	line.title = setting_text(&settings, SETTING_AGENCY_NAME);
	return first_line_make(ctx, &edit, &line);
}

int start_channel(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	return step_end(ctx, request, response, channel_make(ctx, request), "channel");
}

/* Somebody who attends the first queue on its channel. */
static int operator_make(struct vt_ctx *ctx, const struct request *request, struct edit *edit)
{
	struct user user = { .display_name = "", .staff_number = "", .dni = "", .office = "", .enabled = true,
			     .attends = true, .capacity = OPERATOR_CAPACITY };
	struct db_result *state;

	if (form_once(ctx, request, &edit->once) < 0 ||
	    form_text(ctx, request, "person", USER_NAME_MAX, 0, &user.name) < 0 ||
	    form_text(ctx, request, "login", USER_LOGIN_MAX, 0, &user.login) < 0 ||
	    form_text(ctx, request, "email", USER_EMAIL_MAX, FORM_OPTIONAL, &user.email) < 0 ||
	    db_one(ctx, &state, &SQL_START_STATE, "") < 0)
		return -1;
	int64_t role_id = db_i64(state, 0, "role_id"), queue_id = db_i64(state, 0, "queue_id"),
		channel_id = db_i64(state, 0, "channel_id");
	if (!role_id || !queue_id || !channel_id)
		return vt_fail_key(ctx, VT_E_CONFLICT, "error.start.before", "a step before this one is missing");
	user.role_ids = &role_id;
	user.queue_ids = &queue_id;
	user.channel_ids = &channel_id;
	user.role_count = user.queue_count = user.channel_count = 1;
	return user_save(ctx, edit, &user);
}

/* On to the page with their link. */
int start_operators(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	struct edit edit = { 0 };

	if (!staff_may(request->session, PERM_GROUP_MANAGE))
		return vt_fail(ctx, VT_E_FORBIDDEN, "may not invite");
	if (operator_make(ctx, request, &edit) < 0)
		return step_end(ctx, request, response, -1, "user");
	return invite_person(ctx, request, response, edit.id, edit.once, SECTION);
}
