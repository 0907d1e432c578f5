#include "base/vt.h"
#include "contact/contact.h"
#include "db/db.h"
#include "sql_contact.h"

int contact_create(struct vt_ctx *ctx, int64_t contact_id, const char *name,
		   const struct contact_identity *identity)
{
	if (identity->visitor_id)
		return db_pipe_add(ctx, 0, &SQL_CONTACT_OF_VISITOR, "isi", contact_id, name,
				   identity->visitor_id);
	return db_pipe_add(ctx, 0, &SQL_CONTACT_OF_IDENTITY, "isiss", contact_id, name,
			   identity->channel_id, identity->kind, identity->value);
}

int contact_fill(struct vt_ctx *ctx, int64_t contact_id, const struct contact_words *words)
{
	if (!words->name && !words->email && !words->phone)
		return 0;
	return db_pipe_add(ctx, 0, &SQL_CONTACT_FILL, "isss", contact_id, words->name,
			   words->email, words->phone);
}

int contact_declare_cuit(struct vt_ctx *ctx, int64_t contact_id, const char *cuit,
			 int64_t *owner, int64_t *failed_owner)
{
	struct db_result **results;
	size_t count;

	if (db_pipe_add(ctx, 0, &SQL_CONTACT_DECLARE_CUIT, "is", contact_id, cuit) < 0 ||
	    db_pipe_run(ctx, &results, &count, failed_owner) < 0)
		return vt_note(ctx, "while a contact declared a CUIT");
	*owner = db_rows(results[count - 1]) ?
		 db_i64(results[count - 1], 0, "contact_id") : contact_id;
	return db_pipe_begin(ctx);
}

int contact_move(struct vt_ctx *ctx, const struct contact_identity *identity, int64_t contact_id)
{
	if (identity->visitor_id)
		return db_pipe_add(ctx, 0, &SQL_VISITOR_MOVE, "ii", identity->visitor_id,
				   contact_id);
	return db_pipe_add(ctx, 0, &SQL_IDENTITY_MOVE, "issi", identity->channel_id,
			   identity->kind, identity->value, contact_id);
}
