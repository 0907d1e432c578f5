#include "base/vt.h"
#include "base/id.h"
#include "base/strbuf.h"
#include "net/imap-private.h"
#include "net/imap_folder.h"

#include <strings.h>

#define SET(easy, option, value) VT_BUG_ON(curl_easy_setopt(easy, option, value))
#define COMMAND_TIMEOUT_MS 20000
#define MAIL_TIMEOUT_MS 120000
#define LIST_MAX ((size_t)1024 * 1024)
#define UID_MAX UINT32_MAX
#define KEPT_S 1L                      /* a connection without a request */

/* --- for http.c --------------------------------------------------------------- */

void imap_set(CURL *easy, const struct http_request *request)
{
	SET(easy, CURLOPT_USE_SSL, (long)CURLUSESSL_ALL);
	SET(easy, CURLOPT_USERNAME, request->user ? request->user : "");
	if (request->bearer) {
		SET(easy, CURLOPT_XOAUTH2_BEARER, request->bearer);
		SET(easy, CURLOPT_LOGIN_OPTIONS, "AUTH=XOAUTH2");
	} else {
		SET(easy, CURLOPT_PASSWORD, request->password ? request->password : "");
	}
	if (request->imap_command)
		SET(easy, CURLOPT_CUSTOMREQUEST, request->imap_command);
	/* One that stands in a folder since long may not have been told what came. */
	SET(easy, CURLOPT_MAXAGE_CONN, KEPT_S);
	SET(easy, CURLOPT_FRESH_CONNECT, request->imap_anew ? 1L : 0L);
	SET(easy, CURLOPT_FORBID_REUSE, request->imap_last ? 1L : 0L);
}

/* "A003 NO [AUTHENTICATIONFAILED] ...": what stands behind it may name people. */
void imap_line(char told[IMAP_TOLD_MAX + 1], const char *data, size_t size)
{
	const char *space = memchr(data, ' ', size), *end = data + size;
	size_t length = 0;

	if (!space || *data == '*' || end - space < 5)
		return;
	if (strncasecmp(space + 1, "NO ", 3) != 0 && strncasecmp(space + 1, "BAD", 3) != 0)
		return;
	const char *code = space + 4;
	while (code + length < end && length < IMAP_TOLD_MAX && code[length] > ' ' && code[length] <= '~' &&
	       code[length] != ']')
		length++;
	if (*code != '[' || code + length == end || code[length] != ']')
		return;
	memcpy(told, code, length + 1);
	told[length + 1] = '\0';
}

int imap_refusal(CURLcode result)
{
	switch ((int)result) {
	case CURLE_LOGIN_DENIED:
		return IMAP_LOGIN_REFUSED;
	case CURLE_QUOTE_ERROR:
		return IMAP_REFUSED;
	case CURLE_REMOTE_FILE_NOT_FOUND:
		return IMAP_GONE;
	default:
		return 0;
	}
}

/* --- questions ------------------------------------------------------------------ */

/* folder: its name as it goes over the wire. */
static int ask(struct vt_ctx *ctx, const struct imap_mailbox *mailbox, struct http_request *out, const char **folder)
{
	if (imap_folder(ctx, mailbox->folder, folder) < 0)
		return -1;
	*out = (struct http_request){
		.user = mailbox->user, .password = mailbox->password, .bearer = mailbox->bearer,
		.guard = mailbox->guard, .ca_pem = mailbox->ca_pem, .timeout_ms = COMMAND_TIMEOUT_MS,
	};
	return 0;
}

static const char *folder_url(struct vt_ctx *ctx, const struct imap_mailbox *mailbox, const char *folder)
{
	struct strbuf url;

	strbuf_init(&url, ctx->arena, 300);
	strbuf_printf(&url, "%s/", mailbox->url);
	strbuf_url(&url, folder);
	return url.data;
}

int imap_ask_status(struct vt_ctx *ctx, const struct imap_mailbox *mailbox, struct http_request *out)
{
	const char *folder;

	if (ask(ctx, mailbox, out, &folder) < 0)
		return -1;
	out->url = arena_printf(ctx->arena, "%s/", mailbox->url);
	out->imap_command = arena_printf(ctx->arena, "STATUS \"%s\" (UIDVALIDITY UIDNEXT)", folder);
	out->imap_anew = out->imap_last = true;
	return 0;
}

int imap_ask_list(struct vt_ctx *ctx, const struct imap_mailbox *mailbox, int64_t first, int64_t last,
		  struct http_request *out)
{
	const char *folder;

	if (ask(ctx, mailbox, out, &folder) < 0)
		return -1;
	out->url = folder_url(ctx, mailbox, folder);
	out->imap_command = arena_printf(ctx->arena, "UID FETCH %" PRId64 ":%" PRId64 " (UID RFC822.SIZE INTERNALDATE)",
					 first, last);
	out->imap_anew = true;
	out->response_max = LIST_MAX;
	return 0;
}

int imap_ask_mail(struct vt_ctx *ctx, const struct imap_mailbox *mailbox, const struct imap_status *status,
		  int64_t uid, int64_t head_max, bool anew, struct http_request *out)
{
	const char *folder;

	if (ask(ctx, mailbox, out, &folder) < 0)
		return -1;
	out->url = arena_printf(ctx->arena, "%s;UIDVALIDITY=%" PRId64 "/;UID=%" PRId64 "%s",
				folder_url(ctx, mailbox, folder), status->uid_validity, uid,
				head_max ? arena_printf(ctx->arena, "/;SECTION=HEADER/;PARTIAL=0.%" PRId64, head_max) : "");
	out->imap_anew = anew;
	out->timeout_ms = MAIL_TIMEOUT_MS;
	return 0;
}

/* --- answers -------------------------------------------------------------------- */

/* The number behind a word of a line; -1: it is not there. */
static int64_t number_after(const char *line, size_t size, const char *word)
{
	size_t length = strlen(word);

	for (size_t i = 1; i + length < size; i++) {
		int64_t number = 0;
		size_t digits = 0;
		if (strncasecmp(line + i, word, length) != 0 || !strchr(" (", line[i - 1]))
			continue;
		for (const char *c = line + i + length; c < line + size && *c >= '0' && *c <= '9' && digits < 12; c++, digits++)
			number = number * 10 + (*c - '0');
		return digits ? number : -1;
	}
	return -1;
}

int imap_read_status(struct vt_ctx *ctx, const struct http_response *response, struct imap_status *out)
{
	for (const char *line = response->body; *line; line += strcspn(line, "\n"), line += *line == '\n') {
		size_t size = strcspn(line, "\n");
		out->uid_validity = number_after(line, size, "UIDVALIDITY ");
		out->uid_next = number_after(line, size, "UIDNEXT ");
		if (out->uid_validity > 0 && out->uid_next > 0 && out->uid_validity <= UID_MAX && out->uid_next <= UID_MAX)
			return 0;
	}
	return vt_fail(ctx, VT_E_PROVIDER, "the mail server does not say how its folder is numbered");
}

/* "17-Jul-1996 02:44:25 -0700"; 0: it says none. */
static int64_t arrived(struct vt_ctx *ctx, const char *line, size_t size)
{
	static const char word[] = "INTERNALDATE \"";
	const char *at = memmem(line, size, word, sizeof(word) - 1);
	time_t time;

	if (!at)
		return 0;
	at += sizeof(word) - 1;
	time = curl_getdate(arena_strndup(ctx->arena, at, strcspn(at, "\"\n")), NULL);
	return time > 0 ? (int64_t)time : 0;
}

static int by_uid(const void *a, const void *b)
{
	const struct imap_entry *one = a, *other = b;

	return one->uid < other->uid ? -1 : one->uid > other->uid;
}

size_t imap_read_list(struct vt_ctx *ctx, const struct http_response *response, int64_t first, int64_t last,
		      struct imap_entry **out)
{
	size_t lines = 1, count = 0;

	for (const char *c = response->body; *c; c++)
		lines += *c == '\n';
	*out = arena_calloc(ctx->arena, lines, sizeof(**out));
	for (const char *line = response->body; *line; line += strcspn(line, "\n"), line += *line == '\n') {
		size_t size = strcspn(line, "\n");
		const struct imap_entry entry = {
			.uid = number_after(line, size, "UID "), .size = number_after(line, size, "RFC822.SIZE "),
			.arrived_s = arrived(ctx, line, size),
		};
		if (entry.uid >= first && entry.uid <= last && entry.size >= 0)
			(*out)[count++] = entry;
	}
	qsort(*out, count, sizeof(**out), by_uid);
	return count;
}
