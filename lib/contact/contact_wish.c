#include "base/vt.h"
#include "base/codes.h"
#include "base/json.h"
#include "contact/contact_edit.h"
#include "contact/contact_wish.h"
#include "db/db.h"
#include "people/audit.h"
#include "people/once.h"
#include "people/session.h"
#include "sql_contact_wish.h"

int contact_may_send(struct vt_ctx *ctx, int64_t contact_id, int64_t channel_id, struct contact_refusals *out)
{
	struct db_result *rows;

	*out = (struct contact_refusals){ 0 };
	if (db_query(ctx, &rows, &SQL_WISH_REFUSALS, "iii", contact_id, channel_id, (int64_t)PURPOSE_MARKETING) < 0)
		return -1;
	for (size_t row = 0; row < db_rows(rows); row++)
		out->of[db_i64(rows, row, "purpose")] = db_i64(rows, row, "wish") == WISH_BLOCKED ? "error.wish.blocked"
			: "error.wish.opted_out";
	return 0;
}

int contact_wish_add(struct vt_ctx *ctx, int64_t owner, const struct contact_identity *who,
		     const struct contact_wish *wish)
{
	return db_pipe_add(ctx, owner, &SQL_WISH_OF_IDENTITY, "issiist", who->channel_id, who->kind, who->value,
			   (int64_t)wish->wish, (int64_t)wish->source, wish->said, wish->at);
}

struct asking {
	const struct session *session;
	int64_t contact_id;
	const struct contact_asked *asked;
	const char *once;
};

/* The row of a network among those that a contact is known by. */
static bool medium(const struct db_result *media, int messenger, size_t *row)
{
	for (*row = 0; *row < db_rows(media); (*row)++) {
		if (db_i64(media, *row, "messenger") == messenger)
			return true;
	}
	return false;
}

static const char *state(struct vt_ctx *ctx, int messenger, bool wants, const char *said)
{
	struct json *object = json_new_object(ctx);

	json_set_str(object, "messenger", code_name("messenger", messenger));
	json_set_bool(object, "notices", wants);
	if (said)
		json_set_str(object, "said", said);
	return json_text(ctx, object);
}

static int note(struct vt_ctx *ctx, const struct asking *asking)
{
	const struct contact_asked *asked = asking->asked;
	bool in = asked->wish == WISH_OPTED_IN;
	struct db_result *media, *noted;
	size_t row;

	if (db_query(ctx, &media, &SQL_WISH_MEDIA, "i", asking->contact_id) < 0)
		return -1;
	if (!medium(media, asked->messenger, &row))
		return vt_fail_field(ctx, "messenger", "error.wish.medium", "not known by that network");
	if (db_one(ctx, &noted, &SQL_WISH_NOTE, "iisit", db_i64(media, row, "identity_id"), (int64_t)asked->wish,
		   asked->said, asking->session->user_version_id, ctx->now_us) < 0)
		return -1;
	if (!db_bool(noted, 0, "news"))
		return vt_fail_field(ctx, "messenger", in ? "error.wish.in" : "error.wish.out", "it is so already");
	const struct audit audit = {
		.action = in ? "contact.opt_in" : "contact.opt_out", .entity = "contact", .entity_id = asking->contact_id,
		.before = state(ctx, asked->messenger, !in, NULL), .after = state(ctx, asked->messenger, in, asked->said),
	};
	if (contact_wake(ctx, asking->contact_id) < 0 || db_pipe_begin(ctx) < 0 || audit_write(ctx, &audit) < 0 ||
	    once_answer(ctx, asking->once, "done") < 0)
		return -1;
	return db_pipe_run(ctx, NULL, NULL, NULL);
}

static int ask(struct vt_ctx *ctx, void *arg)
{
	struct asking *asking = arg;
	struct db_result *contact;
	const char *answer;
	bool repeat;

	if (once_claim(ctx, asking->once, &repeat, &answer) < 0)
		return -1;
	if (repeat)
		return 0;
	if (contact_find(ctx, asking->session, asking->contact_id, &contact) < 0)
		return -1;
	asking->contact_id = db_i64(contact, 0, "contact_id");
	return note(ctx, asking);
}

int contact_wish_asked(struct vt_ctx *ctx, const struct session *session, int64_t contact_id,
		       const struct contact_asked *asked, const char *once)
{
	struct asking asking = { session, contact_id, asked, once };

	if (!*asked->said)
		return vt_fail_field(ctx, "said", "error.required", "how they asked");
	return db_transaction(ctx, ask, &asking);
}
