/* Files: in through the visitor's token, out through a link signed for a short time. */
#include "base/vt.h"

#include "base/clock.h"
#include "base/config.h"
#include "base/id.h"
#include "conversation/file.h"
#include "db/db.h"
#include "sql_webchat.h"
#include "web/form.h"
#include "cgi-bin/webchat/webchat.h"

#define CAPTION_MAX_CHARACTERS 1000
#define LINK_STEP_S (15 * 60)

/* Same link all along its quarter of an hour, so that a picture is fetched once. */
static const char *link_signature(struct vt_ctx *ctx, int64_t attachment_id, int64_t expires)
{
	char *text = arena_printf(ctx->arena, "%" PRId64 ".%" PRId64, attachment_id, expires);
	uint8_t key[SECRET_KEY_SIZE], signature[SECRET_HASH_SIZE];

	secret_key_derive(program_key(), "file-link", key);
	secret_hmac_sha256(key, sizeof(key), text, strlen(text), signature);
	return secret_base64url(ctx->arena, signature, sizeof(signature));
}

const char *file_link(struct vt_ctx *ctx, int64_t attachment_id)
{
	int64_t expires = (ctx->now_us / CLOCK_SECOND / LINK_STEP_S + 2) * LINK_STEP_S;

	return arena_printf(ctx->arena, "/webchat/files/%" PRId64 "?e=%" PRId64 "&s=%s",
			    attachment_id, expires, link_signature(ctx, attachment_id, expires));
}

/* Wrong, forged and out of date are answered alike: there is no such file. */
static int check_link(struct vt_ctx *ctx, const struct request *request, int64_t attachment_id)
{
	int64_t expires;

	if (id_parse(request_query(request, "e"), 1, INT64_MAX / CLOCK_SECOND, &expires) < 0 ||
	    expires * CLOCK_SECOND < ctx->now_us ||
	    !secret_equal_text(link_signature(ctx, attachment_id, expires),
			       request_query(request, "s")))
		return vt_fail_key(ctx, VT_E_NOT_FOUND, "error.not_found", "bad or old file link");
	return 0;
}

int file_show(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	struct db_result *result;
	int64_t attachment_id;
	const uint8_t *hash;
	const char *type;
	size_t size;

	if (request_route_id(ctx, request, "id", &attachment_id) < 0 ||
	    check_link(ctx, request, attachment_id) < 0 ||
	    db_one(ctx, &result, &SQL_WEBCHAT_FILE, "i", attachment_id) < 0)
		return -1;
	hash = db_bytes(ctx, result, 0, "sha256", &size);
	type = db_text(result, 0, "media_type");
	bool in_place = file_inline(type) && strcmp(request_query(request, "d"), "1") != 0;
	response->content_type = file_inline(type) ? type : "application/octet-stream";
	response_disposition(response, !in_place, db_text(result, 0, "name"));
	response_header(response, "Cache-Control", "private, max-age=900");
	response_accel(response, arena_printf(ctx->arena, "/internal/files/%s",
					      file_path(ctx, hash)));
	return 0;
}

static int check_sender(struct vt_ctx *ctx, const uint8_t hash[SECRET_HASH_SIZE])
{
	struct db_result *result;

	if (db_query(ctx, &result, &SQL_WEBCHAT_VISITOR, "y", hash, (size_t)SECRET_HASH_SIZE) < 0)
		return -1;
	if (!db_rows(result))
		return visitor_unknown(ctx);
	int64_t quota = db_i64(result, 0, "files_per_hour");
	if (quota && db_i64(result, 0, "files") >= quota)
		return vt_fail_key(ctx, VT_E_RATE, "webchat.error.files",
				   "too many files in an hour");
	return 0;
}

/* The row names the file_id that storing gave; a number that a client sends is never one. */
int upload_post(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	uint8_t hash[SECRET_HASH_SIZE];
	const char *once, *caption, *type;
	const struct upload *upload;
	struct strbuf raw;
	int64_t file_id;

	if (visitor_token(ctx, request, hash) < 0 || form_once(ctx, request, &once) < 0 ||
	    form_text(ctx, request, "caption", CAPTION_MAX_CHARACTERS, FORM_OPTIONAL | FORM_RAW,
		      &caption) < 0)
		return -1;
	if (request->upload_count != 1)
		return vt_fail_field(ctx, "file", "error.required", "%zu files",
				     request->upload_count);
	upload = &request->uploads[0];
	if (check_sender(ctx, hash) < 0 ||
	    file_store(ctx, program_config()->files_directory, upload->data, upload->size,
		       &file_id, &type) < 0)
		return -1;
	act_raw(ctx, &raw, "file", once);
	act_raw_number(&raw, "f", file_id);
	act_raw_number(&raw, "s", (int64_t)upload->size);
	act_raw_text(&raw, "n", file_safe_name(ctx, upload->filename));
	act_raw_text(&raw, "m", type);
	act_raw_text(&raw, "t", caption);
	return act_accept(ctx, hash, &raw, response);
}
