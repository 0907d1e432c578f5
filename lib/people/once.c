#include "base/vt.h"
#include "db/db.h"
#include "people/once.h"
#include "sql_people.h"

int once_claim(struct vt_ctx *ctx, const char *once, bool *repeat, const char **answer)
{
	struct db_result *result;

	if (db_one(ctx, &result, &SQL_ONCE_CLAIM, "is", ctx->user_id, once) < 0)
		return -1;
	*repeat = !db_bool(result, 0, "fresh");
	*answer = db_text_or_null(result, 0, "answer");
	/* The first one committed while this one waited for it: its answer is
	 * only in a newer snapshot. */
	if (*repeat && !*answer) {
		if (db_one(ctx, &result, &SQL_ONCE_FIND, "is", ctx->user_id, once) < 0)
			return -1;
		*answer = db_text_or_null(result, 0, "answer");
	}
	return 0;
}

int once_answer(struct vt_ctx *ctx, const char *once, const char *answer)
{
	return db_pipe_add(ctx, 0, &SQL_ONCE_ANSWER, "iss", ctx->user_id, once, answer);
}
