#include "base/vt.h"
#include "contact/contact_edit.h"
#include "contact/contact_merge.h"
#include "db/db.h"
#include "people/audit.h"
#include "people/once.h"
#include "people/session.h"
#include "sql_contact_merge.h"

struct joining {
	const struct session *session;
	int64_t contact, other;        /* other: what becomes part of it; or the merge that is undone */
	bool apart;
	const char *once;
};

static int may(struct vt_ctx *ctx, const struct joining *joining)
{
	struct contact_viewer viewer;
	struct db_result *row;

	contact_viewer(joining->session, &viewer);
	if (db_one(ctx, &row, &SQL_MERGE_MAY, "ibbii", viewer.user_id, (int)viewer.supervises,
		   (int)viewer.all, joining->contact, joining->apart ? INT64_C(0) : joining->other) < 0)
		return -1;
	if (!db_bool(row, 0, "may") && db_bool(row, 0, "gone"))
		return vt_fail_key(ctx, VT_E_CONFLICT, "error.contact.merge.merged", "it was joined meanwhile");
	return db_bool(row, 0, "may") ? 0
	       : vt_fail(ctx, VT_E_NOT_FOUND, "not all of contact %" PRId64 " is theirs to see", joining->contact);
}

static int run(struct vt_ctx *ctx, void *arg)
{
	const struct joining *joining = arg;
	struct db_result *row;
	const char *answer;
	bool repeat;

	if (once_claim(ctx, joining->once, &repeat, &answer) < 0)
		return -1;
	if (repeat)
		return 0;
	if (may(ctx, joining) < 0 ||
	    db_one(ctx, &row, joining->apart ? &SQL_MERGE_PART : &SQL_MERGE_JOIN, "iii", joining->contact,
		   joining->other, joining->session->user_version_id) < 0)
		return -1;
	const char *why = db_text(row, 0, "why");
	if (*why)
		return vt_fail_key(ctx, VT_E_CONFLICT, arena_printf(ctx->arena, "error.contact.merge.%s", why),
				   "contacts cannot be joined or parted: %s", why);
	const struct audit audit = {
		.action = joining->apart ? "contact.split" : "contact.merge", .entity = "contact",
		.entity_id = joining->contact,
		.after = arena_printf(ctx->arena, joining->apart ? "{\"merge\":%" PRId64 "}" : "{\"from\":%" PRId64 "}",
				      joining->other),
	};
	/* What is looked at again under the locks: a conversation may have come that is not theirs to see. */
	if ((!joining->apart && may(ctx, &(struct joining){ .session = joining->session, .contact = joining->contact, .apart = true }) < 0) ||
	    contact_wake(ctx, joining->contact) < 0 || db_pipe_begin(ctx) < 0 || audit_write(ctx, &audit) < 0 ||
	    once_answer(ctx, joining->once, "done") < 0)
		return -1;
	return db_pipe_run(ctx, NULL, NULL, NULL);
}

int contact_merge(struct vt_ctx *ctx, const struct session *session, int64_t into, int64_t from,
		  const char *once)
{
	struct joining joining = { session, into, from, false, once };

	return db_transaction(ctx, run, &joining);
}

int contact_split(struct vt_ctx *ctx, const struct session *session, int64_t contact, int64_t merge_id,
		  const char *once)
{
	struct joining joining = { session, contact, merge_id, true, once };

	return db_transaction(ctx, run, &joining);
}
