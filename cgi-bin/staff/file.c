#include "base/vt.h"
#include "base/strbuf.h"
#include "conversation/file.h"
#include "cgi-bin/staff/staff.h"
#include "sql_desk.h"

/* nginx sends the bytes, with nosniff and a policy that runs nothing (etc/nginx). */
int file_open(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	struct db_result *row;
	int64_t id;
	size_t size;

	if (request_route_id(ctx, request, "id", &id) < 0 ||
	    db_one(ctx, &row, &SQL_ATTACHMENT_OPEN, "ibbi", STAFF_VIEWER(request->session), id) < 0)
		return -1;
	const char *type = db_text(row, 0, "media_type");
	const uint8_t *sha256 = db_bytes(ctx, row, 0, "sha256", &size);
	bool in_place = file_inline(type);

	response->content_type = in_place ? type : "application/octet-stream";
	response_disposition(response, !in_place, db_text(row, 0, "name"));
	response_header(response, "Cache-Control", "private, max-age=3600");
	response_accel(response,
		       arena_printf(ctx->arena, "/internal/files/%s", file_path(ctx, sha256)));
	return 0;
}
