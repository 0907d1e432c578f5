/* What a contact wants to be sent: shown beside it, and noted by whoever they ask. */
#include "base/vt.h"
#include "base/codes.h"
#include "base/json.h"
#include "channel/channel.h"
#include "contact/contact_edit.h"
#include "contact/contact_wish.h"
#include "web/form.h"
#include "web/format.h"
#include "cgi-bin/staff/admin.h"
#include "cgi-bin/staff/contact.h"
#include "cgi-bin/staff/desk.h"
#include "sql_contact_wish.h"

#define WISHES_MAX (256 * 1024)

static void wish_fill(struct vt_ctx *ctx, struct json *one, struct t_node *page)
{
	struct t_node *item = t_item(t_child(page, "side.wishes"));
	const char *wish = code_name("wish", (int)json_i64(one, "wish", 0));
	const char *at = format_date_time(ctx, json_i64(one, "at", 0));
	int64_t source = json_i64(one, "source", 0);

	t_set(item, "wish", wish);
	t_set(item, "messenger", code_name("messenger", (int)json_i64(one, "messenger", 0)));
	t_set(item, "channel", json_str(one, "channel", NULL));
	t_set(item, "at", at);
	if (source)
		t_set(item, "source", code_name("wish_source", (int)source));
	t_set(item, "said", json_str(one, "said", NULL));
	t_set(item, "who", json_str(one, "who", NULL));
	if (json_bool(one, "here", false))
		t_set(t_child(page, "thread.wish"), wish, at);
}

void contact_wishes_fill(struct vt_ctx *ctx, const char *wishes, struct t_node *page)
{
	struct json *list;

	if (!*wishes)
		return;
	if (json_parse(ctx, wishes, strlen(wishes), WISHES_MAX, &list) < 0) {
		vt_error_clear(ctx);
		return;
	}
	for (size_t i = 0; i < json_array_size(list); i++)
		wish_fill(ctx, json_array_at(list, i), page);
}

static void media_fill(struct vt_ctx *ctx, const struct request *request, const struct db_result *media,
		       struct t_node *page)
{
	for (size_t row = 0; row < db_rows(media); row++) {
		const char *key = code_name("messenger", (int)db_i64(media, row, "messenger"));
		const char *name = locale_text(ctx, arena_printf(ctx->arena, "messenger.%s", key), NULL);
		bool out = !db_is_null(media, row, "opted_out_at");
		const char *text = out ? locale_text(ctx, "contact.wish.not", name, NULL)
			: locale_text(ctx, "contact.wish.gets", name, NULL);
		admin_option(request, t_child(page, "media"), "messenger", key, text, row == 0);
	}
}

static void history_fill(struct vt_ctx *ctx, const struct db_result *rows, struct t_node *page)
{
	for (size_t row = 0; row < db_rows(rows); row++) {
		struct t_node *item = t_item(t_child(page, "history"));
		t_set(item, "wish", code_name("wish", (int)db_i64(rows, row, "wish")));
		t_set(item, "source", code_name("wish_source", (int)db_i64(rows, row, "source")));
		t_set(item, "messenger", code_name("messenger", (int)db_i64(rows, row, "messenger")));
		t_set(item, "channel", db_text(rows, row, "channel"));
		t_set(item, "at", format_date_time(ctx, db_time_us(rows, row, "at")));
		t_set(item, "said", db_text_or_null(rows, row, "said"));
		t_set(item, "who", db_text_or_null(rows, row, "who"));
	}
}

static int render(struct vt_ctx *ctx, struct request *request, struct response *response, int64_t id,
		  struct t_node *page)
{
	const struct session *session = request->session;
	struct db_result *row, **parts;

	if (contact_find(ctx, session, id, &row) < 0)
		return -1;
	id = db_i64(row, 0, "contact_id");
	if (db_pipe_begin(ctx) < 0 || shell_ask(ctx, request) < 0 || db_pipe_add(ctx, 0, &SQL_WISH_MEDIA, "i", id) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_WISH_HISTORY, "i", id) < 0 || db_pipe_run(ctx, &parts, NULL, NULL) < 0)
		return -1;
	shell_fill(ctx, request, parts[0], "desk", page);
	contact_form_fill(ctx, request, id, page);
	t_set(page, "name", desk_contact_name(ctx, session, db_text(row, 0, "name"), id));
	t_set(page, "said", request_form(request, "said"));
	t_set_bool(page, "in", !strcmp(request_form(request, "wish"), "in"));
	media_fill(ctx, request, parts[1], page);
	history_fill(ctx, parts[2], page);
	return staff_render(ctx, request, response, "contact/wish.cs", "contact/_wish.cs", page);
}

int contact_wish_page(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	int64_t id;

	if (request_route_id(ctx, request, "id", &id) < 0)
		return -1;
	return render(ctx, request, response, id, t_new(ctx));
}

static int read_asked(struct vt_ctx *ctx, const struct request *request, struct contact_asked *asked)
{
	const struct channel *network = channel_by_name(request_form(request, "messenger"));
	const char *wish = request_form(request, "wish");

	if (!network)
		return vt_fail_field(ctx, "messenger", "error.wish.medium", "no such network");
	if (strcmp(wish, "in") != 0 && strcmp(wish, "out") != 0)
		return vt_fail_field(ctx, "wish", "error.invalid", "neither in nor out");
	asked->messenger = network->messenger;
	asked->wish = !strcmp(wish, "in") ? WISH_OPTED_IN : WISH_OPTED_OUT;
	return form_text(ctx, request, "said", CONTACT_WISH_SAID_MAX, 0, &asked->said);
}

int contact_wish_submit(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	struct contact_asked asked;
	const char *once;
	int64_t id;

	if (request_route_id(ctx, request, "id", &id) < 0)
		return -1;
	if (form_once(ctx, request, &once) < 0 || read_asked(ctx, request, &asked) < 0 ||
	    contact_wish_asked(ctx, request->session, id, &asked, once) < 0) {
		if (ctx->error.code != VT_E_INVALID || request->wants_json)
			return -1;
		struct t_node *page = t_new(ctx);
		staff_form_error(ctx, response, page);
		return render(ctx, request, response, id, page);
	}
	staff_done(ctx, request, response, contact_back(request));
	return 0;
}
