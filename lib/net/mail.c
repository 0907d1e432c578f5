#include "base/vt.h"
#include "base/secret.h"
#include "base/strbuf.h"
#include "base/utf8.h"
#include "net/curl-private.h"
#include "net/mail.h"

#include <curl/curl.h>
#include <sys/socket.h>

#define TIMEOUT_MS 10000L
#define CONNECT_TIMEOUT_MS 5000L
#define ENCODED_WORD_BYTES 45          /* 60 as base64: an encoded word has 75 at most (RFC 2047) */

struct delivery {
	CURL *easy;
	curl_mime *mime;
	struct curl_slist *recipients, *headers;
	const struct mail_server *server;
	bool refused;                  /* by the guard */
};

bool mail_is_address(const char *text)
{
	const char *at = strchr(text, '@');

	for (const char *c = text; *c; c++) {
		if ((unsigned char)*c <= ' ' || (unsigned char)*c > '~' || strchr(",;:<>()[]\"\\", *c))
			return false;
	}
	if (!at || at == text || strchr(at + 1, '@'))
		return false;
	const char *dot = strrchr(at, '.');
	return dot && dot > at + 1 && dot[1];
}

static curl_socket_t on_open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct delivery *delivery = arg;

	if (purpose != CURLSOCKTYPE_IPCXN ||
	    !guard_permits(delivery->server->guard, delivery->server->host, &address->addr)) {
		delivery->refused = true;
		return CURL_SOCKET_BAD;
	}
	return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/* "Subject: =?UTF-8?B?...?=", in as many words as it takes, cut between characters. */
static const char *subject_line(struct vt_ctx *ctx, const char *subject)
{
	struct strbuf line;

	strbuf_init(&line, ctx->arena, 200);
	strbuf_puts(&line, "Subject:");
	while (*subject) {
		size_t size = 0, next;
		for (uint32_t character; subject[size]; size += next) {
			next = utf8_decode(subject + size, strlen(subject + size), &character);
			if (size + next > ENCODED_WORD_BYTES)
				break;
		}
		strbuf_printf(&line, " =?UTF-8?B?%s?=",
			      secret_base64(ctx->arena, (const uint8_t *)subject, size));
		subject += size;
	}
	return line.data;
}

static const char *date_line(struct vt_ctx *ctx)
{
	time_t now = (time_t)(ctx->now_us / 1000000);
	char text[64];
	struct tm utc;

	gmtime_r(&now, &utc);
	/* The "C" locale's names, which no program of ours leaves. */
	strftime(text, sizeof(text), "Date: %a, %d %b %Y %H:%M:%S +0000", &utc);
	return arena_strdup(ctx->arena, text);
}

static void header(struct delivery *delivery, const char *line)
{
	struct curl_slist *longer = curl_slist_append(delivery->headers, line);

	VT_BUG_ON(!longer);
	delivery->headers = longer;
}

static void compose(struct vt_ctx *ctx, struct delivery *delivery, const struct mail *mail)
{
	char token[SECRET_TOKEN_TEXT];
	curl_mimepart *part;

	secret_token(ctx, token);
	header(delivery, arena_printf(ctx->arena, "From: <%s>", delivery->server->sender));
	header(delivery, arena_printf(ctx->arena, "To: <%s>", mail->to));
	header(delivery, subject_line(ctx, mail->subject));
	header(delivery, date_line(ctx));
	header(delivery, arena_printf(ctx->arena, "Message-ID: <%s%s>", token,
				      strchr(delivery->server->sender, '@')));
	header(delivery, "Auto-Submitted: auto-generated");
	delivery->mime = curl_mime_init(delivery->easy);
	part = curl_mime_addpart(delivery->mime);
	VT_BUG_ON(curl_mime_data(part, mail->text, CURL_ZERO_TERMINATED) ||
		  curl_mime_type(part, "text/plain; charset=utf-8") ||
		  curl_mime_encoder(part, "base64"));
}

static void set_options(struct vt_ctx *ctx, struct delivery *delivery, const struct mail *mail)
{
	const struct mail_server *server = delivery->server;
	CURL *easy = delivery->easy;
	const char *scheme = server->tls == MAIL_TLS_FROM_THE_START ? "smtps" : "smtp";

	delivery->recipients = curl_slist_append(NULL, mail->to);
	curl_easy_setopt(easy, CURLOPT_URL, arena_printf(ctx->arena, "%s://%s:%" PRId64, scheme,
							 server->host, server->port));
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_USE_SSL, server->tls == MAIL_TLS_NONE ? (long)CURLUSESSL_NONE
									      : (long)CURLUSESSL_ALL);
	if (server->ca_file)
		curl_easy_setopt(easy, CURLOPT_CAINFO, server->ca_file);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, TIMEOUT_MS);
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_TIMEOUT_MS);
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, on_open_socket);
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, delivery);
	curl_easy_setopt(easy, CURLOPT_MAIL_FROM, server->sender);
	curl_easy_setopt(easy, CURLOPT_MAIL_RCPT, delivery->recipients);
	curl_easy_setopt(easy, CURLOPT_HTTPHEADER, delivery->headers);
	curl_easy_setopt(easy, CURLOPT_MIMEPOST, delivery->mime);
}

static int outcome(struct vt_ctx *ctx, const struct delivery *delivery, CURLcode result)
{
	const char *host = delivery->server->host;

	if (result == CURLE_OK)
		return 0;
	if (delivery->refused)
		return vt_fail_key(ctx, VT_E_FORBIDDEN, "error.http.address",
				   "mail server %s: an address that is not permitted", host);
	if (result == CURLE_COULDNT_RESOLVE_HOST || result == CURLE_COULDNT_CONNECT ||
	    result == CURLE_OPERATION_TIMEDOUT || result == CURLE_RECV_ERROR || result == CURLE_SEND_ERROR)
		return vt_fail(ctx, VT_E_UNAVAILABLE, "mail server %s: %s", host, curl_easy_strerror(result));
	return vt_fail(ctx, VT_E_PROVIDER, "mail server %s: %s", host, curl_easy_strerror(result));
}

int mail_send(struct vt_ctx *ctx, const struct mail_server *server, const struct mail *mail)
{
	struct delivery delivery = { .server = server };
	int status;

	if (!mail_is_address(server->sender) || !mail_is_address(mail->to))
		return vt_fail_key(ctx, VT_E_INVALID, "error.mail.address", "no address");
	if (!*server->host || server->host[strspn(server->host, "abcdefghijklmnopqrstuvwxyz"
						  "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-")])
		return vt_fail_key(ctx, VT_E_INVALID, "error.mail.host", "no name of a server");
	net_curl_start();
	delivery.easy = curl_easy_init();
	VT_BUG_ON(!delivery.easy);
	compose(ctx, &delivery, mail);
	set_options(ctx, &delivery, mail);
	status = outcome(ctx, &delivery, curl_easy_perform(delivery.easy));
	curl_easy_cleanup(delivery.easy);
	curl_mime_free(delivery.mime);
	curl_slist_free_all(delivery.recipients);
	curl_slist_free_all(delivery.headers);
	return status;
}
