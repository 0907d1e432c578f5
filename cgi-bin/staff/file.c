#include "base/vt.h"
#include "base/strbuf.h"
#include "conversation/file.h"
#include "cgi-bin/staff/staff.h"
#include "sql_desk.h"

#define AGE_MAX_S 3600

void staff_file(struct vt_ctx *ctx, struct response *response, const struct db_result *row, int age_max_s)
{
	size_t size;
	const char *type = db_text(row, 0, "media_type");
	const uint8_t *sha256 = db_bytes(ctx, row, 0, "sha256", &size);
	bool in_place = file_inline(type);

	response->content_type = in_place ? type : "application/octet-stream";
	response_disposition(response, !in_place, db_text(row, 0, "name"));
	response_header(response, "Cache-Control", arena_printf(ctx->arena, "private, max-age=%d", age_max_s));
	response_accel(response, arena_printf(ctx->arena, "/internal/files/%s", file_path(ctx, sha256)));
}

int file_open(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	struct db_result *row;
	int64_t id;

	if (request_route_id(ctx, request, "id", &id) < 0 ||
	    db_one(ctx, &row, &SQL_ATTACHMENT_OPEN, "ibbi", STAFF_VIEWER(request->session), id) < 0)
		return -1;
	staff_file(ctx, response, row, AGE_MAX_S);
	return 0;
}
