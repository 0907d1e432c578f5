#include "base/vt.h"
#include "db/db.h"
#include "people/audit.h"
#include "sql_people.h"

int audit_write(struct vt_ctx *ctx, const struct audit *audit)
{
	return db_pipe_add(ctx, 0, &SQL_AUDIT_INSERT, "isssiiisssjj", ctx->user_id, ctx->program,
			   audit->action, audit->entity, audit->entity_id, audit->conversation_id,
			   ctx->session_id, ctx->remote_address, ctx->user_agent, ctx->request_id,
			   audit->before, audit->after);
}

int audit_alone(struct vt_ctx *ctx, const struct audit *audit)
{
	if (db_pipe_begin(ctx) < 0 || audit_write(ctx, audit) < 0)
		return -1;
	return db_pipe_run(ctx, NULL, NULL, NULL);
}
