/* A mail as events: what was said, by a machine or a person, or that one of ours came back. */
#include "base/vt.h"

#include "base/codes.h"
#include "base/id.h"
#include "base/secret.h"
#include "base/strbuf.h"
#include "base/utf8.h"
#include "channel/email/email.h"
#include "channel/email/html.h"

#define ID_MAX 998
#define REFERENCE_MAX 40
#define DIGITS "0123456789"

struct email_own email_own_id(struct vt_ctx *ctx, const char *text)
{
	struct email_own own = { 0, "" };

	for (const char *at = strstr(text, "conv-"); at; at = strstr(at + 5, "conv-")) {
		const char *number = at + 5;
		size_t digits = strspn(number, DIGITS);
		if (!digits || digits > 18 || strncmp(number + digits, ".m", 2) != 0)
			continue;
		const char *reference = number + digits + 2;
		size_t size = strspn(reference, DIGITS ".");
		if (!size || size > REFERENCE_MAX || reference[size] != '@')
			continue;
		own.reference = arena_strndup(ctx->arena, reference, size);
		if (id_parse(arena_strndup(ctx->arena, number, digits), 1, INT64_MAX, &own.conversation) < 0)
			own.conversation = 0;
		return own;
	}
	return own;
}

static const char *line_value(struct vt_ctx *ctx, const char *text, const char *name)
{
	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncasecmp(line, name, strlen(name)) != 0 || line[strlen(name)] != ':')
			continue;
		line += strlen(name) + 1;
		line += strspn(line, " \t");
		return arena_strndup(ctx->arena, line, strcspn(line, "\r\n"));
	}
	return "";
}

static bool says_a_machine(const struct mime_mail *mail)
{
	static const char *const bulk[] = { "bulk", "junk", "list", "auto_reply" };

	if ((*mail->auto_submitted && strncasecmp(mail->auto_submitted, "no", 2) != 0) || mail->auto_reply ||
	    *mail->list_id || (mail->has_return_path && (!*mail->return_path || !strcmp(mail->return_path, "<>"))))
		return true;
	for (size_t i = 0; i < VT_COUNT(bulk); i++) {
		if (!strcasecmp(mail->precedence, bulk[i]))
			return true;
	}
	return false;
}

static const char *sender_of(const struct mime_mail *mail, const char **name)
{
	bool elsewhere = *mail->reply_address != '\0';

	*name = elsewhere && *mail->reply_name ? mail->reply_name : mail->from_name;
	return elsewhere ? mail->reply_address : mail->from_address;
}

static const char *with_newlines(struct vt_ctx *ctx, const char *text)
{
	struct strbuf out;

	strbuf_init(&out, ctx->arena, strlen(text) + 1);
	for (; *text; text++) {
		if (*text != '\r')
			strbuf_putc(&out, *text);
		else if (text[1] != '\n')
			strbuf_putc(&out, '\n');
	}
	return out.data;
}

static const char *said_in(struct vt_ctx *ctx, const struct mime_mail *mail)
{
	return *mail->text || !*mail->html ? mail->text : html_text(ctx, mail->html);
}

static void store_bounce(struct vt_ctx *ctx, struct json *node, const struct mime_mail *mail)
{
	const char *returned = *mail->returned ? mail->returned : mail->in_reply_to;
	const char *reference = line_value(ctx, mail->returned, EMAIL_REFERENCE_HEADER);
	const char *recipient = line_value(ctx, mail->report, "Final-Recipient");
	struct json *bounce = json_new_object(ctx);

	if (!*reference || strlen(reference) > REFERENCE_MAX)
		reference = email_own_id(ctx, returned).reference;
	if (strchr(recipient, ';'))
		recipient = strchr(recipient, ';') + 1;
	json_set_str(bounce, "reference", reference);
	json_set_str(bounce, "action", line_value(ctx, mail->report, "Action"));
	json_set_str(bounce, "status", line_value(ctx, mail->report, "Status"));
	json_set_str(bounce, "recipient", recipient + strspn(recipient, " "));
	json_set_node(node, "bounce", bounce);
}

/* As the mail is kept, whole text; `folded` puts its quoted tail apart. */
static struct json *mail_node(struct vt_ctx *ctx, const struct mime_mail *mail, bool folded)
{
	struct json *node = json_new_object(ctx);
	const char *name, *sender = sender_of(mail, &name), *text = said_in(ctx, mail);

	json_set_str(node, "from", sender);
	json_set_str(node, "name", name);
	json_set_str(node, "subject", mail->subject);
	json_set_str(node, "message_id", mail->message_id);
	json_set_str(node, "in_reply_to", *mail->in_reply_to ? mail->in_reply_to : NULL);
	json_set_str(node, "references", mail->references);
	json_set_i64(node, "date", mail->date_s);
	json_set_bool(node, "auto", says_a_machine(mail) || *email_own_id(ctx, mail->message_id).reference);
	if (folded) {
		text = with_newlines(ctx, text);
		size_t begins = email_quote_begins(text);
		if (text[begins])
			json_set_str(node, "quoted", text + begins);
		while (begins && strchr(" \n\t", text[begins - 1]))
			begins--;
		text = arena_strndup(ctx->arena, text, begins);
	}
	json_set_str(node, "text", text);
	if (*mail->html && folded)
		json_set_str(node, "html", html_safe(ctx, mail->html));
	if (*mail->report)
		store_bounce(ctx, node, mail);
	return node;
}

const char *email_stored(struct vt_ctx *ctx, const struct mime_mail *mail, const char *own,
			 const struct email_file *files, size_t count)
{
	struct json *root = json_new_object(ctx), *node = mail_node(ctx, mail, true);
	struct json *list = json_new_array(ctx);

	if (own && !strcasecmp(json_str(node, "from", ""), own))
		json_set_bool(node, "auto", true);
	for (size_t i = 0; i < count; i++) {
		struct json *file = json_new_object(ctx);
		json_set_i64(file, "file_id", files[i].file_id);
		json_set_str(file, "name", files[i].name);
		json_set_str(file, "type", files[i].type);
		json_set_i64(file, "size", files[i].size);
		json_append_node(list, file);
	}
	json_set_node(node, "files", list);
	json_set_node(root, "mail", node);
	return json_text(ctx, root);
}

/* The last id that a header names: what is answered. */
static const char *last_id(struct vt_ctx *ctx, const char *ids)
{
	const char *open = strrchr(ids, '<'), *close = open ? strchr(open, '>') : NULL;

	return close ? arena_strndup(ctx->arena, open, (size_t)(close - open) + 1) : NULL;
}

/* Where it says no id, one of what it is, so that it comes once all the same. */
static const char *own_name(struct vt_ctx *ctx, struct json *mail)
{
	const char *text = arena_printf(ctx->arena, "%s\n%s\n%" PRId64 "\n%s", json_str(mail, "from", ""),
					json_str(mail, "subject", ""), json_i64(mail, "date", 0),
					json_str(mail, "text", ""));
	uint8_t hash[SECRET_HASH_SIZE];

	secret_sha256(text, strlen(text), hash);
	return arena_printf(ctx->arena, "no-id:%s", secret_hex(ctx->arena, hash, sizeof(hash)));
}

static int64_t case_in_subject(struct vt_ctx *ctx, const char *subject)
{
	const char *at = strstr(subject, "[#");
	int64_t number;

	if (!at)
		return 0;
	const char *digits = arena_strndup(ctx->arena, at + 2, strcspn(at + 2, "]"));
	return id_parse(digits, 1, INT64_MAX, &number) < 0 ? 0 : number;
}

static void put_thread(struct vt_ctx *ctx, struct json *mail, struct channel_event *event)
{
	const char *answered = json_str(mail, "in_reply_to", "");
	const char *references = json_str(mail, "references", "");
	struct email_own own = email_own_id(ctx, answered);

	if (!*own.reference)
		own = email_own_id(ctx, references);
	if (!own.conversation)
		own.conversation = case_in_subject(ctx, json_str(mail, "subject", ""));
	event->reply_to = last_id(ctx, *answered ? answered : references);
	if (own.conversation)
		json_set_i64(event->detail, "conversation", own.conversation);
	if (json_at(mail, "quoted"))
		json_set_str(event->detail, "quoted", json_str(mail, "quoted", ""));
	if (json_at(mail, "html"))
		json_set_str(event->detail, "html", json_str(mail, "html", ""));
}

/* A delivery status is of ours: refused for good, or there. What is only late says nothing yet. */
static void put_report(struct vt_ctx *ctx, struct json *bounce, struct channel_event *event)
{
	const char *action = json_str(bounce, "action", ""), *status = json_str(bounce, "status", "");
	const char *reference = json_str(bounce, "reference", "");

	event->kind = CHANNEL_AUTO_REPLY;
	if (!*reference)
		return;
	if (!strcasecmp(action, "failed") || (!*action && *status == '5')) {
		event->kind = CHANNEL_BOUNCE;
		event->state = OUTBOX_FAILED;
		event->error = arena_printf(ctx->arena, "the mail came back: %.12s", status);
	} else if (!strcasecmp(action, "delivered")) {
		event->kind = CHANNEL_STATUS;
		event->state = OUTBOX_DELIVERED;
	} else {
		return;
	}
	event->reference = reference;
	event->recipient = json_str(bounce, "recipient", NULL);
	event->identity_kind = event->identity_value = event->contact_name = NULL;
	json_set_str(event->detail, "our_id", reference);
	json_set_str(event->detail, "code", status);
}

static int main_event(struct vt_ctx *ctx, struct json *mail, bool stored, struct channel_event *event)
{
	const char *id = json_str(mail, "message_id", "");

	event->kind = json_bool(mail, "auto", false) ? CHANNEL_AUTO_REPLY : CHANNEL_TEXT;
	event->identity_kind = "email";
	if (json_str_req(ctx, mail, "from", 320, &event->identity_value) < 0 ||
	    json_str_req(ctx, mail, "text", 0, &event->text) < 0)
		return -1;
	if (*json_str(mail, "name", ""))
		event->contact_name = json_str(mail, "name", NULL);
	event->message_id = *id && strlen(id) <= ID_MAX ? id : own_name(ctx, mail);
	event->provider_id = event->message_id;
	event->sent_at_s = json_i64(mail, "date", 0);
	event->detail = json_new_object(ctx);
	event->subject = email_subject(ctx, json_str(mail, "subject", ""));
	json_set_str(event->detail, "subject", json_str(mail, "subject", ""));
	json_set_str(event->detail, "in_reply_to", json_str(mail, "in_reply_to", NULL));
	if (stored)
		put_thread(ctx, mail, event);
	if (json_is_object(json_at(mail, "bounce")))
		put_report(ctx, json_at(mail, "bounce"), event);
	if (event->identity_value && !mime_is_address(event->identity_value))
		return vt_fail(ctx, VT_E_INVALID, "a mail from nobody");
	return 0;
}

static int file_event(struct vt_ctx *ctx, struct json *file, const struct channel_event *mail,
		      struct channel_event *event)
{
	*event = (struct channel_event){
		.kind = CHANNEL_FILE, .identity_kind = mail->identity_kind, .identity_value = mail->identity_value,
		.contact_name = mail->contact_name, .sent_at_s = mail->sent_at_s, .text = "",
		.subject = mail->subject,
	};
	if (json_i64_req(ctx, file, "file_id", &event->file_id) < 0 ||
	    json_i64_req(ctx, file, "size", &event->file_size) < 0 ||
	    json_str_req(ctx, file, "name", 1000, &event->file_name) < 0 ||
	    json_str_req(ctx, file, "type", 1000, &event->file_type) < 0)
		return -1;
	if (event->file_id <= 0 || event->file_size <= 0)
		return vt_fail(ctx, VT_E_INVALID, "no file");
	event->message_id = event->provider_id =
		arena_printf(ctx->arena, "%s:%" PRId64, mail->message_id, event->file_id);
	return 0;
}

static int parse_stored(struct vt_ctx *ctx, struct json *mail, struct channel_event **events, size_t *count)
{
	struct json *files = json_at(mail, "files");
	size_t size = json_array_size(files);

	if (size > MIME_PARTS_MAX)
		return vt_fail(ctx, VT_E_INVALID, "%zu files", size);
	*events = arena_calloc(ctx->arena, size + 1, sizeof(**events));
	if (main_event(ctx, mail, true, *events) < 0)
		return -1;
	*count = 1;
	if ((*events)->kind != CHANNEL_TEXT)
		return 0;
	for (size_t i = 0; i < size; i++) {
		if (file_event(ctx, json_array_at(files, i), *events, *events + 1 + i) < 0)
			return -1;
	}
	*count = 1 + size;
	return 0;
}

static int parse_source(struct vt_ctx *ctx, const char *source, struct channel_event **events, size_t *count)
{
	struct json *names = json_new_array(ctx);
	struct mime_mail *mail;

	*events = arena_alloc(ctx->arena, sizeof(**events));
	if (mime_read(ctx, source, strlen(source), &mail) < 0 ||
	    main_event(ctx, mail_node(ctx, mail, false), false, *events) < 0)
		return -1;
	for (size_t i = 0; i < mail->part_count; i++)
		json_append_str(names, mail->parts[i].name);
	json_set_node((*events)->detail, "attachments", names);
	*count = 1;
	return 0;
}

int email_parse(struct vt_ctx *ctx, const char *raw, size_t size,
		struct channel_event **events, size_t *count)
{
	struct json *root, *mail;

	*count = 0;
	if (json_parse(ctx, raw, size, EMAIL_RAW_MAX, &root) < 0)
		return -1;
	mail = json_at(root, "mail");
	if (json_is_object(mail))
		return parse_stored(ctx, mail, events, count);
	if (!json_is_string(json_at(root, "raw")))
		return vt_fail(ctx, VT_E_INVALID, "neither a mail's source nor a stored one");
	return parse_source(ctx, json_str(root, "raw", ""), events, count);
}
