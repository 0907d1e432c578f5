#include "base/vt.h"
#include "base/clock.h"
#include "base/codes.h"
#include "base/json.h"
#include "base/utf8.h"
#include "conversation/file.h"
#include "cron/send.h"
#include "db/db.h"

#include <fcntl.h>
#include <unistd.h>

#define BASE64_LINE_BYTES 57
#define PAYLOAD_MAX ((size_t)256 * 1024)
#define TYPING_AGE_US (5 * CLOCK_SECOND)
#define PART_BREAK 200                 /* bytes before the limit in which a part may end with a line or word */

const char *send_reference(struct vt_ctx *ctx, int64_t outbox_id, int64_t created_at)
{
	return arena_printf(ctx->arena, "%" PRId64 ".%" PRId64, outbox_id, created_at);
}

/* The sending secrets of the line, encrypted by name, and the key. */
struct secrets {
	struct vt_ctx *ctx;
	const uint8_t *key;
	struct json *boxed;
};

/* Decrypted at need. A secret that another key wrote is as good as none. */
static const char *secret(void *data, const char *name)
{
	const struct secrets *secrets = data;
	const char *boxed = json_str(secrets->boxed, name, NULL);
	char *out;

	if (!boxed)
		return NULL;
	if (secret_decrypt(secrets->ctx, secrets->key, boxed, &out) == 0)
		return out;
	vt_error_clear(secrets->ctx);
	return NULL;
}

static int parse(struct vt_ctx *ctx, const struct db_result *claim, size_t row, const char *column,
		 struct json **out)
{
	const char *text = db_text(claim, row, column);

	return json_parse(ctx, text, strlen(text), PAYLOAD_MAX, out);
}

static void read_file(struct send_item *item, const struct db_result *claim, size_t row,
		     const char *files_directory)
{
	size_t size;
	const uint8_t *hash = db_bytes(&item->ctx, claim, row, "sha256", &size);

	item->file_id = db_i64(claim, row, "file_id");
	item->file_size = db_i64(claim, row, "file_size");
	if (size == SECRET_HASH_SIZE)
		item->file_path = arena_printf(item->ctx.arena, "%s/%s", files_directory,
					       file_path(&item->ctx, hash));
}

/* What is unique within a chat only is kept with the contact's identity (intake_message_key); the network wants it bare. */
static const char *bare(const struct send_item *item, const char *id)
{
	const char *colon = strrchr(id, ':');

	return arena_strdup(item->ctx.arena, colon && item->network->ids_per_contact ? colon + 1 : id);
}

static void bare_id(const struct send_item *item, struct json *of)
{
	const char *id = json_str(of, "id", NULL);

	if (id)
		json_set_str(of, "id", bare(item, id));
}

int send_item_read(struct send_item *item, const struct db_result *claim, size_t row, const uint8_t *key,
		   const char *files_directory)
{
	struct vt_ctx *ctx = &item->ctx;
	struct secrets *secrets;

	*item = (struct send_item){
		.stream.fd = -1, .outbox_id = db_i64(claim, row, "outbox_id"),
		.created_at = db_time_us(claim, row, "created_at"),
		.conversation_id = db_i64(claim, row, "conversation_id"), .seq = db_i64(claim, row, "seq"),
		.channel_id = db_i64(claim, row, "channel_id"),
		.attempts = (int)db_i64(claim, row, "attempts"), .not_before_us = -1,
		.network = channel_by_messenger((int)db_i64(claim, row, "messenger")),
	};
	vt_ctx_init(ctx, arena_new(), "send");
	strbuf_init(&item->saved, ctx->arena, 0);
	secrets = arena_alloc(ctx->arena, sizeof(*secrets));
	*secrets = (struct secrets){ .ctx = ctx, .key = key };
	item->message = (struct channel_message){
		.reference = send_reference(ctx, item->outbox_id, item->created_at),
		.kind = arena_strdup(ctx->arena, db_text(claim, row, "kind")),
		.media_id = db_is_null(claim, row, "media_id") ? NULL :
			arena_strdup(ctx->arena, db_text(claim, row, "media_id")),
		.secret = secret, .secrets = secrets,
	};
	if (!item->network || !item->network->build || !item->network->result)
		return vt_fail(ctx, VT_E_INVALID, "the channel's network cannot send");
	if (parse(ctx, claim, row, "payload", &item->message.payload) < 0 ||
	    parse(ctx, claim, row, "settings", &item->message.settings) < 0 ||
	    parse(ctx, claim, row, "secrets", &secrets->boxed) < 0)
		return -1;
	bare_id(item, item->message.payload);
	bare_id(item, json_at(item->message.payload, "quote"));
	if (!strcmp(item->message.kind, "delete"))
		item->ids = json_at(item->message.payload, "ids");
	item->refresh_box = json_str(secrets->boxed, "refresh_token", NULL);
	if (!strcmp(item->message.kind, "message"))
		item->text = item->text_left = item->part =
			arena_strdup(ctx->arena, json_str(item->message.payload, "text", ""));
	item->files_directory = files_directory;
	if (!db_is_null(claim, row, "further") && parse(ctx, claim, row, "further", &item->further) < 0)
		return -1;
	read_file(item, claim, row, files_directory);
	if (db_i64(claim, row, "file_held") && db_i64(claim, row, "file_held") != SCAN_WAITING)
		return vt_fail(ctx, VT_E_NOT_FOUND, "the antivirus holds the file");
	return db_is_null(claim, row, "progress") ? 0 : send_progress_read(item, db_text(claim, row, "progress"),
									   db_bool(claim, row, "quiet"));
}

/* Bytes of the next part of text: all of it, or up to a line's or word's end before the limit; else where
 * nothing that people see as one is torn. */
static size_t part_size(const char *text, const struct channel *network)
{
	size_t characters = (size_t)network->text_max, bytes = (size_t)network->text_bytes_max;
	size_t hard = utf8_prefix(text, characters), size, least;

	if (bytes && hard > bytes)
		hard = utf8_prefix_bytes(text, bytes);
	if (!text[hard])
		return hard;
	hard = utf8_cut(text, hard);
	size = hard;
	least = hard > PART_BREAK ? utf8_prefix_bytes(text, hard - PART_BREAK) : 0;
	while (size > least && text[size] != '\n')
		size--;
	if (size > least)
		return size;
	for (size = hard; size > least && text[size] != ' '; size--)
		;
	return size > least ? size : hard;
}

/* A caption that is too long goes behind its file as messages of its own; the menu with the last part. */
static void cut_text(struct send_item *item)
{
	struct json *payload = item->message.payload;
	bool file = item->file_path && !item->file_done;
	int limit = file ? item->network->caption_max : item->network->text_max;
	size_t size = strlen(item->text_left);

	item->cut = true;
	item->part = item->text_left;
	item->part_file_done = item->file_done;
	if (file && utf8_length(item->text_left) > (size_t)limit)
		size = 0;
	else if (!file)
		size = part_size(item->text_left, item->network);
	json_set_str(payload, "text", arena_strndup(item->ctx.arena, item->text_left, size));
	item->text_left += size;
	item->text_left += strspn(item->text_left, " \n");
	if (item->file_done)
		json_set_str(payload, "file", NULL);
	json_set_bool(payload, "more", *item->text_left != '\0');
	item->message.reference = send_reference(&item->ctx, item->outbox_id, item->created_at);
	/* The words after a file begin where it does. */
	if (*item->text_left)
		item->message.reference = arena_printf(item->ctx.arena, file && !size ? "%s/%zuf" : "%s/%zu",
						       item->message.reference, (size_t)(item->part - item->text));
	item->file_done = item->file_path != NULL;
}

bool send_item_more(const struct send_item *item)
{
	return (item->text_left && *item->text_left) || item->ids_gone + 1 < json_array_size(item->ids);
}

void send_item_rest(struct send_item *item)
{
	if (item->ids)
		json_set_str(item->message.payload, "id",
			     bare(item, json_str(json_array_at(item->ids, ++item->ids_gone), "", "")));
	item->segments += item->request.segments;
	item->message.step = 0;
	item->message.memory = NULL;
	item->cut = item->resumed = false;
}

/* In lines of 76 (RFC 2045, 6.8). */
static void add_base64(struct strbuf *body, const char *bytes, size_t size)
{
	for (size_t i = 0; i < size; i += BASE64_LINE_BYTES) {
		size_t part = size - i < BASE64_LINE_BYTES ? size - i : BASE64_LINE_BYTES;
		strbuf_puts(body, secret_base64(body->arena, (const uint8_t *)bytes + i, part));
		strbuf_puts(body, "\r\n");
	}
}

static int read_whole(struct send_item *item, const char *path, char *out, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got = 0;

	for (size_t done = 0; fd >= 0 && done < size; done += (size_t)got) {
		got = read(fd, out + done, size - done);
		if (got <= 0)
			break;
	}
	if (fd >= 0)
		close(fd);
	return fd < 0 || (size && got <= 0) ? vt_fail(&item->ctx, VT_E_NOT_FOUND, "a file is gone or shorter than its row says") : 0;
}

/* The files after the first, each behind what stands before it. */
static int add_further(struct send_item *item, struct strbuf *body)
{
	const struct channel_request *request = &item->request;

	if (request->further_count != json_array_size(item->further))
		return vt_fail(&item->ctx, VT_E_NOT_FOUND, "a file is gone");
	for (size_t i = 0; i < request->further_count; i++) {
		struct json *file = json_array_at(item->further, i);
		size_t size = (size_t)json_i64(file, "size", 0);
		const char *path = arena_printf(item->ctx.arena, "%s/%s", item->files_directory,
						json_str(file, "path", ""));
		char *bytes = arena_alloc(item->ctx.arena, size + 1);
		if (read_whole(item, path, bytes, size) < 0)
			return -1;
		strbuf_puts(body, request->between[i]);
		add_base64(body, bytes, size);
	}
	return 0;
}

/* A mail whole: its file as text between what the network built. */
static int join_file(struct send_item *item)
{
	struct channel_request *request = &item->request;
	size_t size = (size_t)item->stream.file_size;
	char *bytes = arena_alloc(item->ctx.arena, size + 1);
	struct strbuf body;

	if (send_stream_file(&item->stream, 0, bytes, size) < 0)
		return vt_fail(&item->ctx, VT_E_NOT_FOUND, "the file is shorter than its row says");
	strbuf_init(&body, item->ctx.arena, request->body_size + size + size / 2 + request->tail_size + 1);
	strbuf_add(&body, request->body_size ? request->body : "", request->body_size);
	add_base64(&body, bytes, size);
	if (add_further(item, &body) < 0)
		return -1;
	strbuf_add(&body, request->tail_size ? request->tail : "", request->tail_size);
	request->body = body.data;
	request->body_size = body.size;
	return 0;
}

int send_item_call(struct send_item *item, int64_t now_us)
{
	item->message.now_us = now_us;
	if (!strcmp(item->message.kind, "typing") && now_us - item->created_at > TYPING_AGE_US)
		return vt_fail_key(&item->ctx, VT_E_INVALID, "error.channel.unable", "what was being written is long said");
	if (!item->cut && item->text_left)
		cut_text(item);
	item->request = (struct channel_request){ 0 };
	if (item->network->build(&item->ctx, &item->message, &item->request) < 0)
		return -1;
	if (!item->request.with_file)
		return 0;
	return send_stream_open(item) < 0 || (item->request.file_base64 && join_file(item) < 0) ? -1 : 0;
}

void send_item_end(struct send_item *item)
{
	send_stream_close(&item->stream);
	arena_free(item->ctx.arena);
	*item = (struct send_item){ 0 };
}
