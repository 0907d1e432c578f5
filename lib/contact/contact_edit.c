#include "base/vt.h"
#include "base/json.h"
#include "contact/contact_edit.h"
#include "contact/cuit.h"
#include "db/db.h"
#include "db/wake.h"
#include "people/audit.h"
#include "people/once.h"
#include "people/session.h"
#include "sql_contact_desk.h"

#define PHONE_DIGITS_MIN 6

static const struct edit_kind kind = { "contact", &SQL_CONTACT_SNAPSHOT };

static bool may(const struct session *session, enum permission permission)
{
	return permission_allows(permission, true, session->permissions);
}

void contact_viewer(const struct session *session, struct contact_viewer *out)
{
	out->supervises = may(session, PERM_CONVERSATION_SUPERVISE);
	out->all = may(session, PERM_CONVERSATION_ALL);
	out->user_id = out->supervises || may(session, PERM_DESK_ATTEND) ? session->user_id : 0;
}

int contact_find(struct vt_ctx *ctx, const struct session *session, int64_t contact_id,
		 struct db_result **row)
{
	struct contact_viewer viewer;

	contact_viewer(session, &viewer);
	return db_one(ctx, row, &SQL_CONTACT_OPEN, "ibbi", viewer.user_id, (int)viewer.supervises,
		      (int)viewer.all, contact_id);
}

int contact_wake(struct vt_ctx *ctx, int64_t contact_id)
{
	struct db_result *rows;

	if (db_query(ctx, &rows, &SQL_CONTACT_TOPICS, "i", contact_id) < 0)
		return -1;
	for (size_t row = 0; row < db_rows(rows); row++) {
		wake_add(ctx, 'c', db_i64(rows, row, "conversation_id"));
		if (db_i64(rows, row, "user_id"))
			wake_add(ctx, 'o', db_i64(rows, row, "user_id"));
	}
	wake_add(ctx, 'b', 0);
	return 0;
}

static int check_email(struct vt_ctx *ctx, const char *email)
{
	const char *at = strchr(email, '@');

	if (!*email || (at && at != email && strchr(at, '.') && !strchr(at + 1, '@') &&
			!strpbrk(email, " \t\r\n<>,;\"")))
		return 0;
	return vt_fail_field(ctx, "email", "error.email", "no address");
}

static int check_phone(struct vt_ctx *ctx, const char *phone)
{
	int digits = 0;

	for (const char *c = phone; *c; c++)
		digits += *c >= '0' && *c <= '9';
	if (!*phone || (digits >= PHONE_DIGITS_MIN && phone[strspn(phone, "0123456789 +-().")] == '\0'))
		return 0;
	return vt_fail_field(ctx, "phone", "error.contact.phone", "no telephone");
}

struct saving {
	const struct session *session;
	struct contact_change change;
};

static int save(struct vt_ctx *ctx, void *data, int64_t *id)
{
	const struct saving *saving = data;
	const struct contact_change *change = &saving->change;
	struct db_result *row;

	if (contact_find(ctx, saving->session, *id, &row) < 0 ||
	    db_exec(ctx, NULL, &SQL_CONTACT_UPDATE, "issss", *id, change->name, change->cuit,
		    change->email, change->phone) < 0)
		return -1;
	for (size_t i = 0; i < change->own_count; i++) {
		if (db_exec(ctx, NULL, &SQL_CONTACT_VALUE_SET, "iis", *id,
			    change->own[i].contact_field_id, change->own[i].value) < 0)
			return -1;
	}
	return contact_wake(ctx, *id);
}

int contact_save(struct vt_ctx *ctx, const struct session *session, struct edit *edit,
		 const struct contact_change *change)
{
	struct saving saving = { session, *change };
	char cuit[CUIT_DIGITS];

	if (change->cuit && *change->cuit) {
		if (!cuit_parse(change->cuit, cuit))
			return vt_fail_field(ctx, "cuit", "error.cuit", "its check digit is wrong");
		saving.change.cuit = cuit;
	}
	if ((change->email && check_email(ctx, change->email) < 0) ||
	    (change->phone && check_phone(ctx, change->phone) < 0))
		return -1;
	if (edit_run(ctx, edit, &kind, "contact.save", save, &saving) == 0)
		return 0;
	if (ctx->error.code != VT_E_CONFLICT || strcmp(ctx->error.sqlstate, "23505") != 0)
		return -1;
	vt_error_clear(ctx);
	return vt_fail_field(ctx, "cuit", "error.contact.cuit_taken", "another contact has it");
}

struct doing {
	const struct session *session;
	int64_t contact_id;
	const char *once;
	const struct contact_note *note;
	const struct contact_block *block;
};

/* Taken once, and the contact theirs to see. */
static int begin(struct vt_ctx *ctx, const struct doing *doing, bool *repeat)
{
	struct db_result *row;
	const char *answer;

	if (once_claim(ctx, doing->once, repeat, &answer) < 0)
		return -1;
	return *repeat ? 0 : contact_find(ctx, doing->session, doing->contact_id, &row);
}

static int finish(struct vt_ctx *ctx, const struct doing *doing, const struct audit *audit)
{
	if (contact_wake(ctx, doing->contact_id) < 0 || db_pipe_begin(ctx) < 0 ||
	    audit_write(ctx, audit) < 0 || once_answer(ctx, doing->once, "done") < 0)
		return -1;
	return db_pipe_run(ctx, NULL, NULL, NULL);
}

static int note(struct vt_ctx *ctx, void *arg)
{
	const struct doing *doing = arg;
	const struct contact_note *what = doing->note;
	const struct session *session = doing->session;
	struct db_result *row;
	bool repeat;

	if (begin(ctx, doing, &repeat) < 0)
		return -1;
	if (repeat)
		return 0;
	if (what->note_id ? db_one(ctx, &row, &SQL_CONTACT_NOTE_SET, "iiis", doing->contact_id,
				   what->note_id, session->user_id, what->body) < 0
			  : db_one(ctx, &row, &SQL_CONTACT_NOTE_ADD, "iiis", doing->contact_id,
				   session->user_id, session->user_version_id, what->body) < 0)
		return -1;
	struct json *after = json_new_object(ctx);
	json_set_i64(after, "note", db_i64(row, 0, "contact_note_id"));
	json_set_str(after, "what", !what->note_id ? "added" : *what->body ? "changed" : "removed");
	const struct audit audit = { .action = "contact.note", .entity = "contact",
				     .entity_id = doing->contact_id, .after = json_text(ctx, after) };
	return finish(ctx, doing, &audit);
}

int contact_note_save(struct vt_ctx *ctx, const struct session *session, int64_t contact_id,
		      const struct contact_note *what, const char *once)
{
	struct doing doing = { .session = session, .contact_id = contact_id, .once = once, .note = what };

	if (!what->note_id && !*what->body)
		return vt_fail_field(ctx, "body", "error.required", "an empty note");
	return db_transaction(ctx, note, &doing);
}

static int block(struct vt_ctx *ctx, void *arg)
{
	const struct doing *doing = arg;
	const struct contact_block *what = doing->block;
	bool repeat;

	if (begin(ctx, doing, &repeat) < 0)
		return -1;
	if (repeat)
		return 0;
	if (db_exec(ctx, NULL, &SQL_CONTACT_BLOCK, "isii", doing->contact_id, what->reason, what->days,
		    doing->session->user_version_id) < 0)
		return -1;
	struct json *after = json_new_object(ctx);
	if (what->reason) {
		json_set_str(after, "reason", what->reason);
		json_set_i64(after, "days", what->days);
	}
	const struct audit audit = {
		.action = what->reason ? "contact.block" : "contact.unblock", .entity = "contact",
		.entity_id = doing->contact_id, .after = json_text(ctx, after),
	};
	return finish(ctx, doing, &audit);
}

int contact_block_set(struct vt_ctx *ctx, const struct session *session, int64_t contact_id,
		      const struct contact_block *what, const char *once)
{
	struct doing doing = { .session = session, .contact_id = contact_id, .once = once, .block = what };

	if (what->reason && !*what->reason)
		return vt_fail_field(ctx, "reason", "error.required", "a block without a reason");
	return db_transaction(ctx, block, &doing);
}
