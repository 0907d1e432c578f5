#include "base/vt.h"

#include "base/strbuf.h"
#include "base/utf8.h"
#include "channel/email/mime.h"

#include <ctype.h>
#include <gmime/gmime.h>

#define HEADER_MAX 4000                /* bytes of a header that are looked at */
#define NAME_MAX_BYTES 200
#define NESTING_MARKS 400              /* what could make GMime go deeper, in all of the mail */

struct walk {
	struct vt_ctx *ctx;
	struct mime_mail *mail;
	struct strbuf text;
	size_t leaves;
};

static void start(void)
{
	static bool started;

	if (!started)
		g_mime_init();
	started = true;
}

static void unref(void *object)
{
	g_object_unref(object);
}

static const char *kept(struct vt_ctx *ctx, const char *text, size_t max)
{
	if (!text)
		return "";
	return utf8_repair(ctx->arena, text, strnlen(text, max));
}

static const char *header(struct vt_ctx *ctx, GMimeObject *object, const char *name)
{
	return kept(ctx, g_mime_object_get_header(object, name), HEADER_MAX);
}

/* GMime follows nesting by recursion: what could nest is counted before it sees it. */
static bool nests_too_much(const char *bytes, size_t size)
{
	static const char *const marks[] = { "boundary", "message/" };
	size_t found = 0;

	for (size_t i = 0; i + 8 <= size && found <= NESTING_MARKS; i++) {
		for (size_t mark = 0; mark < VT_COUNT(marks); mark++)
			found += !strncasecmp(bytes + i, marks[mark], 8);
	}
	return found > NESTING_MARKS;
}

static char *decoded(struct vt_ctx *ctx, GMimePart *part, size_t *size)
{
	GMimeDataWrapper *content = g_mime_part_get_content(part);
	GMimeStream *stream = g_mime_stream_mem_new();
	GByteArray *bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream));

	if (content)
		g_mime_data_wrapper_write_to_stream(content, stream);
	char *out = arena_alloc(ctx->arena, (size_t)bytes->len + 1);
	if (bytes->len)
		memcpy(out, bytes->data, bytes->len);
	*size = bytes->len;
	g_object_unref(stream);
	return out;
}

/* What the charset says, if that is true; else what it most likely is. */
static const char *in_utf8(struct vt_ctx *ctx, const char *charset, const char *bytes, size_t size)
{
	char *text = NULL;
	const char *out;

	if (utf8_valid(bytes, size) && (!charset || !strncasecmp(charset, "utf-8", 5) ||
					!strcasecmp(charset, "us-ascii")))
		return bytes;
	if (charset && *charset && strlen(charset) < 40) {
		iconv_t convert = g_mime_iconv_open("UTF-8", charset);
		if (convert != (iconv_t)-1) {
			text = g_mime_iconv_strndup(convert, bytes, size);
			g_mime_iconv_close(convert);
		}
	}
	if (!text)
		text = g_mime_utils_decode_8bit(NULL, bytes, size);
	out = text ? utf8_repair(ctx->arena, text, strlen(text)) : "";
	g_free(text);
	return out;
}

static const char *text_of(struct vt_ctx *ctx, GMimePart *part)
{
	size_t size;
	const char *bytes = decoded(ctx, part, &size);

	return in_utf8(ctx, g_mime_object_get_content_type_parameter(GMIME_OBJECT(part), "charset"), bytes, size);
}

static void attach(struct walk *walk, const char *name, const char *type, const char *id,
		   const char *data, size_t size)
{
	size_t number = ++walk->mail->part_count;

	walk->mail->parts[number - 1] = (struct mime_part){
		.name = *name ? name : arena_printf(walk->ctx->arena, "adjunto-%zu", number),
		.type = type, .content_id = id, .data = data, .size = size,
	};
}

static bool is_attachment(GMimePart *part)
{
	GMimeContentDisposition *disposition = g_mime_object_get_content_disposition(GMIME_OBJECT(part));

	return g_mime_part_get_filename(part) ||
		(disposition && g_mime_content_disposition_is_attachment(disposition));
}

static void take_part(struct walk *walk, GMimePart *part)
{
	struct vt_ctx *ctx = walk->ctx;
	GMimeContentType *type = g_mime_object_get_content_type(GMIME_OBJECT(part));
	size_t size;

	if (g_mime_content_type_is_type(type, "message", "delivery-status") ||
	    g_mime_content_type_is_type(type, "message", "global-delivery-status")) {
		walk->mail->report = text_of(ctx, part);
	} else if (g_mime_content_type_is_type(type, "text", "rfc822-headers")) {
		walk->mail->returned = text_of(ctx, part);
	} else if (g_mime_content_type_is_type(type, "text", "plain") && !is_attachment(part)) {
		if (walk->text.size)
			strbuf_puts(&walk->text, "\n");
		strbuf_puts(&walk->text, text_of(ctx, part));
	} else if (g_mime_content_type_is_type(type, "text", "html") && !is_attachment(part)) {
		if (!*walk->mail->html)
			walk->mail->html = text_of(ctx, part);
	} else {
		char *mime = g_mime_content_type_get_mime_type(type);
		const char *data = decoded(ctx, part, &size);
		attach(walk, kept(ctx, g_mime_part_get_filename(part), NAME_MAX_BYTES),
		       kept(ctx, mime, NAME_MAX_BYTES),
		       kept(ctx, g_mime_part_get_content_id(part), NAME_MAX_BYTES), data, size);
		g_free(mime);
	}
}

/* A mail within the mail: in a report the one that came back, else an attachment. */
static void take_message(struct walk *walk, GMimeMessagePart *part, bool in_report)
{
	GMimeMessage *inner = g_mime_message_part_get_message(part);
	char *text;

	if (!inner)
		return;
	if (in_report) {
		text = g_mime_object_get_headers(GMIME_OBJECT(inner), NULL);
		walk->mail->returned = kept(walk->ctx, text, (size_t)16 * HEADER_MAX);
	} else {
		text = g_mime_object_to_string(GMIME_OBJECT(inner), NULL);
		attach(walk, "mensaje.eml", "message/rfc822", "", arena_strdup(walk->ctx->arena, text), strlen(text));
	}
	g_free(text);
}

static int take(struct walk *walk, GMimeObject *object, int depth, bool in_report)
{
	if (depth > MIME_DEPTH_MAX || walk->leaves > MIME_PARTS_MAX)
		return vt_fail(walk->ctx, VT_E_INVALID, "a mail of too many parts or levels");
	if (GMIME_IS_MULTIPART(object)) {
		GMimeMultipart *multipart = GMIME_MULTIPART(object);
		in_report = g_mime_content_type_is_type(g_mime_object_get_content_type(object), "multipart", "report");
		for (int i = 0; i < g_mime_multipart_get_count(multipart); i++) {
			if (take(walk, g_mime_multipart_get_part(multipart, i), depth + 1, in_report) < 0)
				return -1;
		}
		return 0;
	}
	if (walk->leaves++ == MIME_PARTS_MAX)
		return vt_fail(walk->ctx, VT_E_INVALID, "a mail of too many parts");
	if (GMIME_IS_MESSAGE_PART(object))
		take_message(walk, GMIME_MESSAGE_PART(object), in_report);
	else if (GMIME_IS_PART(object))
		take_part(walk, GMIME_PART(object));
	return 0;
}

/* Lower case; NULL: it is none, but a group or something else. */
static const char *mailbox(struct vt_ctx *ctx, InternetAddress *one)
{
	const char *addr = INTERNET_ADDRESS_IS_MAILBOX(one)
		? internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(one)) : NULL;

	if (!addr || strlen(addr) > NAME_MAX_BYTES || !mime_is_address(addr))
		return NULL;
	char *lower = arena_strdup(ctx->arena, addr);
	for (char *c = lower; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	return lower;
}

/* The first address of a list; "" for none. */
static const char *address(struct vt_ctx *ctx, InternetAddressList *list, const char **name)
{
	*name = "";
	for (int i = 0; list && i < internet_address_list_length(list); i++) {
		InternetAddress *one = internet_address_list_get_address(list, i);
		const char *found = mailbox(ctx, one);
		if (!found)
			continue;
		*name = kept(ctx, internet_address_get_name(one), NAME_MAX_BYTES);
		return found;
	}
	return "";
}

static void add_recipients(struct vt_ctx *ctx, InternetAddressList *list, const char **to, size_t *count)
{
	for (int i = 0; list && i < internet_address_list_length(list) && *count < MIME_TO_MAX; i++) {
		const char *found = mailbox(ctx, internet_address_list_get_address(list, i));
		if (found)
			to[(*count)++] = found;
	}
}

/* As it was delivered comes first: who wrote may have named others. */
static void read_recipients(struct vt_ctx *ctx, GMimeMessage *message, struct mime_mail *mail)
{
	static const char *const delivered[] = { "Delivered-To", "X-Original-To", "Envelope-To" };
	const char **to = arena_calloc(ctx->arena, MIME_TO_MAX, sizeof(*to));

	for (size_t i = 0; i < VT_COUNT(delivered); i++) {
		InternetAddressList *list = internet_address_list_parse(NULL, header(ctx, GMIME_OBJECT(message), delivered[i]));
		add_recipients(ctx, list, to, &mail->to_count);
		if (list)
			g_object_unref(list);
	}
	add_recipients(ctx, g_mime_message_get_addresses(message, GMIME_ADDRESS_TYPE_TO), to, &mail->to_count);
	add_recipients(ctx, g_mime_message_get_addresses(message, GMIME_ADDRESS_TYPE_CC), to, &mail->to_count);
	mail->to = to;
}

static void read_headers(struct vt_ctx *ctx, GMimeMessage *message, struct mime_mail *mail)
{
	GMimeObject *object = GMIME_OBJECT(message);
	GDateTime *date = g_mime_message_get_date(message);

	mail->from_address = address(ctx, g_mime_message_get_from(message), &mail->from_name);
	mail->reply_address = address(ctx, g_mime_message_get_reply_to(message), &mail->reply_name);
	read_recipients(ctx, message, mail);
	mail->subject = kept(ctx, g_mime_message_get_subject(message), HEADER_MAX);
	mail->message_id = header(ctx, object, "Message-ID");
	mail->in_reply_to = header(ctx, object, "In-Reply-To");
	mail->references = header(ctx, object, "References");
	mail->date_s = date ? g_date_time_to_unix(date) : 0;
	mail->auto_submitted = header(ctx, object, "Auto-Submitted");
	mail->precedence = header(ctx, object, "Precedence");
	mail->list_id = header(ctx, object, "List-Id");
	mail->has_return_path = g_mime_object_get_header(object, "Return-Path") != NULL;
	mail->return_path = header(ctx, object, "Return-Path");
	mail->auto_reply = g_mime_object_get_header(object, "X-Autoreply") ||
		g_mime_object_get_header(object, "X-Autorespond");
}

static GMimeMessage *message_of(struct vt_ctx *ctx, const char *bytes, size_t size)
{
	GMimeStream *stream = g_mime_stream_mem_new_with_buffer(bytes, size);
	GMimeParser *parser = g_mime_parser_new_with_stream(stream);
	GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);

	g_object_unref(parser);
	g_object_unref(stream);
	if (message)
		arena_defer(ctx->arena, unref, message);
	return message;
}

int mime_read(struct vt_ctx *ctx, const char *bytes, size_t size, struct mime_mail **out)
{
	struct mime_mail *mail = arena_alloc(ctx->arena, sizeof(*mail));
	struct walk walk = { .ctx = ctx, .mail = mail };
	GMimeMessage *message;
	GMimeObject *body;

	if (size > MIME_SIZE_MAX)
		return vt_fail(ctx, VT_E_TOO_LARGE, "a mail of %zu bytes", size);
	if (nests_too_much(bytes, size))
		return vt_fail(ctx, VT_E_INVALID, "a mail of too many levels");
	start();
	message = message_of(ctx, bytes, size);
	if (!message)
		return vt_fail(ctx, VT_E_INVALID, "no mail");
	mail->html = mail->report = mail->returned = "";
	mail->parts = arena_calloc(ctx->arena, MIME_PARTS_MAX + 1, sizeof(*mail->parts));
	strbuf_init(&walk.text, ctx->arena, 1024);
	read_headers(ctx, message, mail);
	body = g_mime_message_get_mime_part(message);
	if (body && take(&walk, body, 0, false) < 0)
		return -1;
	mail->text = walk.text.data;
	*out = mail;
	return 0;
}

/* Encoded words stand alone on lines of their own; plain words are cut where a line is long. */
const char *mime_header(struct vt_ctx *ctx, const char *name, const char *value)
{
	struct strbuf out;
	char *coded;
	size_t line;

	start();
	coded = g_mime_utils_header_encode_text(NULL, value, "UTF-8");
	strbuf_init(&out, ctx->arena, strlen(coded) + 100);
	strbuf_printf(&out, "%s:", name);
	line = out.size;
	for (const char *at = coded; *at; ) {
		at += strspn(at, " \t\r\n");
		size_t word = strcspn(at, " \t\r\n");
		if (line + 1 + word > 76) {
			strbuf_puts(&out, "\r\n");
			line = 0;
		}
		strbuf_putc(&out, ' ');
		strbuf_add(&out, at, word);
		line += word + 1;
		at += word;
	}
	strbuf_puts(&out, "\r\n");
	g_free(coded);
	return out.data;
}

const char *mime_date(struct vt_ctx *ctx, int64_t at_us)
{
	GDateTime *date = g_date_time_new_from_unix_utc(at_us / 1000000);
	char *text;
	const char *out;

	start();
	VT_BUG_ON(!date);
	text = g_mime_utils_header_format_date(date);
	out = arena_strdup(ctx->arena, text);
	g_free(text);
	g_date_time_unref(date);
	return out;
}

bool mime_is_address(const char *text)
{
	const char *at = strchr(text, '@');

	for (const char *c = text; *c; c++) {
		if ((unsigned char)*c <= ' ' || (unsigned char)*c > '~' || strchr(",;:<>()[]\"\\", *c))
			return false;
	}
	return at && at != text && at[1] && !strchr(at + 1, '@');
}
