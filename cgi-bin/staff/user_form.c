#include "base/vt.h"
#include "base/log.h"
#include "people/user.h"
#include "routing/release.h"
#include "web/form.h"
#include "web/format.h"
#include "cgi-bin/staff/admin.h"
#include "sql_invitation.h"
#include "sql_user.h"

#define SECTION "users"
#define CAPACITY 5                     /* what a new operator begins with */

enum part { PART_SHELL, PART_USER, PART_CHOICES, PART_INVITATION };

static void texts_fill(const struct request *request, const struct db_result *row, struct t_node *fields)
{
	static const char *const names[] = {
		"login", "name", "display_name", "staff_number", "dni", "office", "email",
	};

	for (size_t i = 0; i < VT_COUNT(names); i++)
		admin_field(request, fields, names[i], db_rows(row) ? db_text(row, 0, names[i]) : "");
}

/* row: the stored person, or no row for a new one. */
static void form_fill(const struct request *request, const struct db_result *row, struct t_node *fields)
{
	bool there = db_rows(row);

	if (there) {
		t_set(fields, "id", db_text(row, 0, "user_id"));
		t_set(fields, "revision", db_text(row, 0, "revision"));
		t_set_bool(fields, "oneself", db_i64(row, 0, "user_id") == request->session->user_id);
	}
	texts_fill(request, row, fields);
	admin_field_i64(request, fields, "capacity", there ? db_i64(row, 0, "capacity") : CAPACITY);
	admin_check(request, fields, "enabled", !there || db_bool(row, 0, "enabled"));
	admin_check(request, fields, "attends", there && db_bool(row, 0, "attends"));
}

static void choices_fill(struct vt_ctx *ctx, const struct request *request, const struct db_result *rows,
			 struct t_node *fields)
{
	for (size_t row = 0; row < db_rows(rows); row++) {
		const char *field = arena_printf(ctx->arena, "%ss", db_text(rows, row, "kind"));
		admin_option(request, t_child(fields, field), field, db_text(rows, row, "id"),
			     db_text(rows, row, "name"), db_bool(rows, row, "chosen"));
	}
}

/* How they get in. row: their last invitation, or none. */
static void access_fill(struct vt_ctx *ctx, const struct request *request, const struct db_result *user,
			const struct db_result *row, struct t_node *fields)
{
	t_set_bool(fields, "has_factor", db_rows(user) && db_bool(user, 0, "factor"));
	t_set_bool(fields, "may_password", staff_may(request->session, PERM_LOGIN_MANAGE));
	t_set_bool(fields, "may_invite", staff_may(request->session, PERM_GROUP_MANAGE));
	if (!db_rows(row))
		return;
	if (!db_is_null(row, 0, "used_at"))
		t_set(fields, "invitation.used", format_date_time(ctx, db_time_us(row, 0, "used_at")));
	else if (db_bool(row, 0, "open"))
		t_set(fields, "invitation.open", format_date_time(ctx, db_time_us(row, 0, "expires_at")));
	else
		t_set_bool(fields, "invitation.over", true);
}

static int render(struct vt_ctx *ctx, const struct request *request, struct response *response,
		  int64_t id, struct t_node *page)
{
	struct t_node *fields = t_child(page, "form");
	struct db_result **parts;

	if (db_pipe_begin(ctx) < 0 || shell_ask(ctx, request) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_USER_GET, "i", id) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_USER_CHOICES, "i", id) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_INVITATION_LAST, "i", id) < 0 ||
	    db_pipe_run(ctx, &parts, NULL, NULL) < 0)
		return -1;
	if (id && !db_rows(parts[PART_USER]))
		return vt_fail(ctx, VT_E_NOT_FOUND, "no user %" PRId64, id);
	admin_fill(ctx, request, parts[PART_SHELL], SECTION, page);
	form_fill(request, parts[PART_USER], fields);
	choices_fill(ctx, request, parts[PART_CHOICES], fields);
	access_fill(ctx, request, parts[PART_USER], parts[PART_INVITATION], fields);
	return staff_render(ctx, request, response, "users/form.cs", "users/_form.cs", page);
}

static int read_texts(struct vt_ctx *ctx, const struct request *request, struct user *user)
{
	if (form_text(ctx, request, "name", USER_NAME_MAX, 0, &user->name) < 0 ||
	    form_text(ctx, request, "login", USER_LOGIN_MAX, 0, &user->login) < 0 ||
	    form_text(ctx, request, "display_name", USER_DISPLAY_NAME_MAX, FORM_OPTIONAL,
		      &user->display_name) < 0 ||
	    form_text(ctx, request, "staff_number", USER_STAFF_NUMBER_MAX, FORM_OPTIONAL,
		      &user->staff_number) < 0 ||
	    form_text(ctx, request, "dni", USER_DNI_MAX, FORM_OPTIONAL, &user->dni) < 0 ||
	    form_text(ctx, request, "office", USER_OFFICE_MAX, FORM_OPTIONAL, &user->office) < 0 ||
	    form_text(ctx, request, "email", USER_EMAIL_MAX, FORM_OPTIONAL, &user->email) < 0)
		return -1;
	return 0;
}

static int read_ids(struct vt_ctx *ctx, const struct request *request, const char *field,
		    const int64_t **ids, size_t *count)
{
	int64_t *out = arena_calloc(ctx->arena, USER_CHOICES_MAX, sizeof(*out));

	*ids = out;
	return admin_ids(ctx, request, field, USER_CHOICES_MAX, out, count);
}

static int save(struct vt_ctx *ctx, const struct request *request, struct edit *edit)
{
	struct user user = {
		.enabled = form_checked(request, "enabled"), .attends = form_checked(request, "attends"),
	};

	if (read_texts(ctx, request, &user) < 0 ||
	    form_i64(ctx, request, "capacity", 0, USER_CAPACITY_MAX, FORM_OPTIONAL,
		     &user.capacity) < 0 ||
	    read_ids(ctx, request, "roles", &user.role_ids, &user.role_count) < 0 ||
	    read_ids(ctx, request, "queues", &user.queue_ids, &user.queue_count) < 0 ||
	    read_ids(ctx, request, "channels", &user.channel_ids, &user.channel_count) < 0 ||
	    read_ids(ctx, request, "groups", &user.group_ids, &user.group_count) < 0)
		return -1;
	if (user_save(ctx, edit, &user) < 0)
		return -1;
	people_release(ctx);
	return 0;
}

static int remove_it(struct vt_ctx *ctx, struct edit *edit)
{
	if (user_remove(ctx, edit) < 0)
		return -1;
	people_release(ctx);
	return 0;
}

void people_release(struct vt_ctx *ctx)
{
	int released;

	if (release_disabled(ctx, &released) == 0)
		return;
	log_error(ctx, "people.release");
	vt_error_clear(ctx);
}

static const struct admin_form form = { SECTION, "user", render, save, remove_it };

int user_page(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	return admin_form_page(ctx, request, response, &form);
}

int user_submit(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	return admin_form_submit(ctx, request, response, &form);
}

int user_delete(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	return admin_form_remove(ctx, request, response, &form);
}
