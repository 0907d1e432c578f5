#include "base/vt.h"
#include "base/codes.h"
#include "base/strbuf.h"
#include "db/db.h"
#include "db/wake.h"
#include "net/mail.h"
#include "people/agent.h"
#include "people/user.h"
#include "sql_user.h"

static const struct edit_kind kind = { "user", &SQL_USER_SNAPSHOT };

static const char *lower(struct vt_ctx *ctx, const char *text)
{
	char *out = arena_strdup(ctx->arena, text);

	for (char *at = out; *at; at++) {
		if (*at >= 'A' && *at <= 'Z')
			*at = (char)(*at - 'A' + 'a');
	}
	return out;
}

static int tidy_dni(struct vt_ctx *ctx, struct user *user)
{
	struct strbuf digits;

	strbuf_init(&digits, ctx->arena, 16);
	for (const char *at = user->dni; *at; at++) {
		if (*at >= '0' && *at <= '9')
			strbuf_putc(&digits, *at);
		else if (*at != '.' && *at != ' ')
			return vt_fail_field(ctx, "dni", "error.user.dni", "not a DNI");
	}
	if (*user->dni && (digits.size < 6 || digits.size > 9))
		return vt_fail_field(ctx, "dni", "error.user.dni", "%zu digits", digits.size);
	user->dni = digits.data;
	return 0;
}

int user_tidy(struct vt_ctx *ctx, struct user *user)
{
	user->login = lower(ctx, user->login);
	if (!*user->login || user->login[strspn(user->login, "abcdefghijklmnopqrstuvwxyz0123456789._@-")])
		return vt_fail_field(ctx, "login", "error.user.login", "a login of other characters");
	if (!*user->display_name)
		user->display_name = arena_strndup(ctx->arena, user->name, strcspn(user->name, " "));
	if (*user->email && !mail_is_address(user->email))
		return vt_fail_field(ctx, "email", "error.email", "not an address");
	if (!user->role_count)
		return vt_fail_field(ctx, "roles", "error.user.roles", "no role");
	return tidy_dni(ctx, user);
}

/* Of what is changed: the field that an error is beside; NULL when the whole is at fault. */
struct place { const char *enabled, *roles; };

static int refuse(struct vt_ctx *ctx, const char *field, const char *key, const char *why)
{
	if (field)
		return vt_fail_field(ctx, field, key, "%s", why);
	return vt_fail_key(ctx, VT_E_CONFLICT, key, "%s", why);
}

/* Before anything is written: somebody may be changing themselves. user: NULL when they go. */
static int check_reach(struct vt_ctx *ctx, int64_t id, const struct user *user, const char *field)
{
	struct db_result *result;

	if (db_one(ctx, &result, &SQL_USER_BEYOND, "iiI", id, ctx->user_id, user ? user->role_ids : NULL,
		   user ? user->role_count : (size_t)0) < 0)
		return -1;
	if (db_bool(result, 0, "beyond"))
		return refuse(ctx, field, "error.user.reach", "they may do more than who changes them");
	return 0;
}

/* Held polls are asked anew who they are; those of a closed session end. */
static int wake_sessions(struct vt_ctx *ctx, int64_t id, bool close)
{
	struct db_result *result;

	if (close ? db_query(ctx, &result, &SQL_USER_SESSIONS_CLOSE, "isi", id, "disabled", INT64_C(0)) < 0
		  : db_query(ctx, &result, &SQL_USER_SESSIONS, "i", id) < 0)
		return -1;
	for (size_t row = 0; row < db_rows(result); row++)
		wake_add(ctx, 's', db_i64(result, row, "session_id"));
	return 0;
}

/* After the change, under the lock of people: what must hold, and what follows for their work. */
static int settle(struct vt_ctx *ctx, int64_t id, const struct place *place)
{
	struct db_result *result;

	if (db_one(ctx, &result, &SQL_USER_STANDING, "i", id) < 0)
		return -1;
	const char *taken = db_text(result, 0, "taken");
	bool enabled = db_bool(result, 0, "enabled");
	if (*taken)
		return vt_fail_field(ctx, taken, "error.taken", "somebody else has it");
	if (!db_bool(result, 0, "managed"))
		return refuse(ctx, enabled ? place->roles : place->enabled, "error.user.last",
			      "nobody could manage people any more");
	if (wake_sessions(ctx, id, !enabled) < 0)
		return -1;
	wake_add(ctx, 'o', id);
	wake_add(ctx, 'b', 0);
	wake_worker(ctx, "route", 0);
	if ((enabled && db_bool(result, 0, "attends")) || db_i64(result, 0, "agent_state") == AGENT_OUT)
		return 0;
	return agent_change_state(ctx, id, AGENT_OUT, 0, ctx->user_id, "disabled");
}

static int save(struct vt_ctx *ctx, void *data, int64_t *id)
{
	static const struct place place = { "enabled", "roles" };
	const struct user *user = data;
	struct db_result *result;

	if (db_query(ctx, NULL, &SQL_USER_LOCK, "") < 0 || check_reach(ctx, *id, user, "roles") < 0)
		return -1;
	if (db_one(ctx, &result, *id ? &SQL_USER_UPDATE : &SQL_USER_INSERT, "isssssssbbi", *id,
		   user->login, user->name, user->display_name, user->staff_number, user->dni,
		   user->office, user->email, (int)user->enabled, (int)user->attends, user->capacity) < 0)
		return edit_taken(ctx, "login");
	*id = db_i64(result, 0, "user_id");
	if (db_query(ctx, NULL, &SQL_USER_SETS, "iIIII", *id, user->role_ids, user->role_count,
		     user->queue_ids, user->queue_count, user->channel_ids, user->channel_count,
		     user->group_ids, user->group_count) < 0)
		return -1;
	return settle(ctx, *id, &place);
}

int user_save(struct vt_ctx *ctx, struct edit *edit, const struct user *user)
{
	struct user data = *user;

	if (user_tidy(ctx, &data) < 0)
		return -1;
	return edit_run(ctx, edit, &kind, "user.save", save, &data);
}

int user_put(struct vt_ctx *ctx, const struct user *user, int64_t *user_id)
{
	struct user data = *user;

	return edit_one(ctx, &kind, "user.save", save, &data, user_id);
}

static int remove_it(struct vt_ctx *ctx, void *data, int64_t *id)
{
	static const struct place nowhere = { NULL, NULL };

	(void)data;
	if (db_query(ctx, NULL, &SQL_USER_LOCK, "") < 0 || check_reach(ctx, *id, NULL, NULL) < 0 ||
	    db_exec(ctx, NULL, &SQL_USER_REMOVE, "i", *id) < 0)
		return -1;
	return settle(ctx, *id, &nowhere);
}

int user_remove(struct vt_ctx *ctx, struct edit *edit)
{
	return edit_run(ctx, edit, &kind, "user.remove", remove_it, NULL);
}

static int attend(struct vt_ctx *ctx, void *data, int64_t *id)
{
	static const struct place place = { "users", "users" };
	const struct user_attention *change = data;

	if (check_reach(ctx, *id, NULL, "users") < 0 ||
	    db_query(ctx, NULL, &SQL_USER_ATTEND, "iIIIIii", *id, change->give_queues,
		     change->give_queue_count, change->take_queues, change->take_queue_count,
		     change->give_channels, change->give_channel_count, change->take_channels,
		     change->take_channel_count, change->capacity, change->attends) < 0 ||
	    db_exec(ctx, NULL, &SQL_USER_LIMIT, "iIi", *id, change->limit_channels, change->limit_count,
		    change->limit) < 0)
		return -1;
	return settle(ctx, *id, &place);
}

int user_attend(struct vt_ctx *ctx, const char *once, const int64_t *user_ids, size_t count,
		const struct user_attention *change)
{
	struct user_attention data = *change;
	bool repeat;

	if (!count)
		return vt_fail_field(ctx, "users", "error.user.nobody", "nobody is chosen");
	return edit_several(ctx, once, user_ids, count, &kind, "user.attend", attend, &data, &repeat);
}

int user_check_reach(struct vt_ctx *ctx, int64_t user_id)
{
	return check_reach(ctx, user_id, NULL, NULL);
}
