/* A mail as a row of `inbound`, its files in our store. */
#include "base/vt.h"
#include "base/log.h"
#include "base/utf8.h"
#include "channel/email/email.h"
#include "conversation/file.h"
#include "cron/mail.h"
#include "cron/relay.h"
#include "db/db.h"
#include "db/wake.h"
#include "sql_mail.h"

#define BEGINS_MAX ((size_t)16 * 1024)
#define TRIES_MAX 3

struct stored {
	int64_t uid;
	int lane;
	const char *raw, *message_id;
};

static int store(struct vt_ctx *ctx, struct relay *relay, const struct mail_box *box, const struct stored *stored)
{
	struct db_result *rows;

	if (db_query(ctx, &rows, &SQL_MAIL_STORE, "iiiiss", box->channel_id, box->uid_validity, stored->uid,
		     (int64_t)stored->lane, stored->raw, stored->message_id) < 0)
		return -1;
	relay->done++;
	if (db_rows(rows))
		wake_worker_now("intake", stored->lane);
	return 0;
}

static int store_refused(struct vt_ctx *ctx, struct relay *relay, const struct mail_box *box, int64_t uid,
			 const char *why)
{
	size_t size = box->bytes.size < BEGINS_MAX ? box->bytes.size : BEGINS_MAX;
	const struct stored stored = {
		.uid = uid, .raw = email_refused(ctx, why, size ? box->bytes.data : "", size),
	};

	log_event(ctx, LOG_LEVEL_WARN, "mail.refused", "channel=%" PRId64 " uid=%" PRId64, box->channel_id, uid);
	return store(ctx, relay, box, &stored);
}

/* What is not allowed is named and not kept. */
static int keep_file(struct vt_ctx *ctx, const char *directory, const struct mime_part *part, struct email_file *file)
{
	*file = (struct email_file){
		.name = file_safe_name(ctx, part->name), .size = (int64_t)part->size, .type = part->type,
		.content_id = part->content_id,
	};
	if (file_store(ctx, directory, part->data, part->size, &file->file_id, &file->type) == 0)
		return 0;
	file->file_id = 0;
	if (ctx->error.code != VT_E_INVALID && ctx->error.code != VT_E_TOO_LARGE)
		return -1;
	vt_error_clear(ctx);
	return 0;
}

/* Its files; of a text too long for the thread the whole of it, as one. */
static int keep_files(struct vt_ctx *ctx, const char *directory, const struct mime_mail *mail,
		      struct email_file **files, size_t *count)
{
	const char *said = email_said(ctx, mail);
	const struct mime_part whole = { "mensaje.txt", "text/plain", "", said, strlen(said) };

	*files = arena_calloc(ctx->arena, mail->part_count + 1, sizeof(**files));
	for (*count = 0; *count < mail->part_count; (*count)++) {
		if (keep_file(ctx, directory, &mail->parts[*count], &(*files)[*count]) < 0)
			return -1;
	}
	if (!said[utf8_prefix(said, EMAIL_TEXT_MAX)])
		return 0;
	return keep_file(ctx, directory, &whole, &(*files)[(*count)++]);
}

static int store_mail(struct vt_ctx *ctx, struct relay *relay, const struct mail_box *box, int64_t uid,
		      const struct mime_mail *mail)
{
	struct stored stored = { .uid = uid, .message_id = *mail->message_id ? mail->message_id : NULL };
	struct email_file *files;
	size_t count;

	if (keep_files(ctx, relay->config->files_directory, mail, &files, &count) < 0)
		return -1;
	stored.raw = email_stored(ctx, mail, box->settings, files, count);
	stored.lane = *mail->report ? CHANNEL_LANE_REPORTS :
		channel_lane(box->channel_id, *mail->reply_address ? mail->reply_address : mail->from_address);
	return store(ctx, relay, box, &stored);
}

/* After a shift that ended badly each mail is counted before it is looked at. */
static int may_read(struct vt_ctx *ctx, const struct relay *relay, const struct mail_box *box, int64_t uid,
		    const char **why)
{
	struct db_result *row;

	if (*why || !relay->careful)
		return 0;
	if (db_one(ctx, &row, &SQL_MAIL_TRY, "ii", box->channel_id, uid) < 0)
		return -1;
	if (db_i64(row, 0, "tries") > TRIES_MAX)
		*why = "reading this mail ended the worker";
	return 0;
}

int mail_take(struct vt_ctx *ctx, struct relay *relay, struct mail_box *box, int64_t uid, const char *why)
{
	struct mime_mail *mail;

	if (may_read(ctx, relay, box, uid, &why) < 0)
		return -1;
	if (!why && mime_read(ctx, box->bytes.data, box->bytes.size, &mail) < 0) {
		why = arena_strdup(ctx->arena, ctx->error.message);
		vt_error_clear(ctx);
	}
	if (why)
		return store_refused(ctx, relay, box, uid, why);
	if (store_mail(ctx, relay, box, uid, mail) == 0)
		return 0;
	if (ctx->error.code != VT_E_DB)
		return -1;
	log_error(ctx, "mail.store");
	why = arena_strdup(ctx->arena, ctx->error.message);
	vt_error_clear(ctx);
	return store_refused(ctx, relay, box, uid, why);
}
