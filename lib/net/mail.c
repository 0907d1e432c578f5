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
#define WANTS_LOGIN 530                /* RFC 4954: authentication required */
#define ENCODED_WORD_BYTES 45          /* 60 as base64: an encoded word has 75 at most (RFC 2047) */

struct delivery {
	CURL *easy;
	curl_mime *mime;
	struct curl_slist *recipients, *headers;
	const struct mail_server *server;
	char reason[CURL_ERROR_SIZE];  /* libcurl's own words: no address, no password */
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

bool mail_is_host(const char *text)
{
	return *text && !text[strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-")];
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

static void set_security(struct vt_ctx *ctx, CURL *easy, const struct mail_server *server)
{
	curl_easy_setopt(easy, CURLOPT_USE_SSL, server->tls == MAIL_TLS_NONE ? (long)CURLUSESSL_NONE
									      : (long)CURLUSESSL_ALL);
	if (server->ca_pem && *server->ca_pem) {
		struct curl_blob blob = {
			.data = arena_strdup(ctx->arena, server->ca_pem), .len = strlen(server->ca_pem),
			.flags = CURL_BLOB_NOCOPY,
		};
		curl_easy_setopt(easy, CURLOPT_CAINFO_BLOB, &blob);
	}
	if (!server->user || !*server->user)
		return;
	curl_easy_setopt(easy, CURLOPT_USERNAME, server->user);
	curl_easy_setopt(easy, CURLOPT_PASSWORD, server->password ? server->password : "");
	/* TLS hides the password; NTLM and the like would only be tried in vain. */
	curl_easy_setopt(easy, CURLOPT_LOGIN_OPTIONS, "AUTH=PLAIN;AUTH=LOGIN");
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
	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, delivery->reason);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, TIMEOUT_MS);
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_TIMEOUT_MS);
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, on_open_socket);
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, delivery);
	curl_easy_setopt(easy, CURLOPT_MAIL_FROM, server->sender);
	curl_easy_setopt(easy, CURLOPT_MAIL_RCPT, delivery->recipients);
	curl_easy_setopt(easy, CURLOPT_HTTPHEADER, delivery->headers);
	curl_easy_setopt(easy, CURLOPT_MIMEPOST, delivery->mime);
}

static const struct fault { CURLcode result; enum vt_code code; const char *key; } faults[] = {
	{ CURLE_COULDNT_RESOLVE_HOST, VT_E_UNAVAILABLE, "error.mail.name" },
	{ CURLE_COULDNT_CONNECT, VT_E_UNAVAILABLE, "error.mail.connect" },
	{ CURLE_OPERATION_TIMEDOUT, VT_E_UNAVAILABLE, "error.mail.slow" },
	{ CURLE_LOGIN_DENIED, VT_E_PROVIDER, "error.mail.login" },
	{ CURLE_PEER_FAILED_VERIFICATION, VT_E_PROVIDER, "error.mail.certificate" },
	{ CURLE_SSL_CACERT_BADFILE, VT_E_PROVIDER, "error.mail.ca" },
	{ CURLE_USE_SSL_FAILED, VT_E_PROVIDER, "error.mail.no_tls" },
	{ CURLE_SSL_CONNECT_ERROR, VT_E_PROVIDER, "error.mail.tls" },
	{ CURLE_WEIRD_SERVER_REPLY, VT_E_PROVIDER, "error.mail.broken" },
	{ CURLE_RECV_ERROR, VT_E_UNAVAILABLE, "error.mail.broken" },
	{ CURLE_SEND_ERROR, VT_E_UNAVAILABLE, "error.mail.broken" },
};

/* What libcurl says came of it, and the server's last answer (535, 550...). */
static struct fault fault_of(CURLcode result, long answer)
{
	/* "Refused" and "the line broke" are one code of libcurl's: the server's own tells them apart. */
	if (result == CURLE_SEND_ERROR && answer == WANTS_LOGIN)
		return (struct fault){ result, VT_E_PROVIDER, "error.mail.wants_login" };
	if (result == CURLE_SEND_ERROR && answer >= 400)
		return (struct fault){ result, VT_E_PROVIDER, "error.mail.refused" };
	for (size_t i = 0; i < VT_COUNT(faults); i++) {
		if (faults[i].result == result)
			return faults[i];
	}
	return (struct fault){ result, VT_E_PROVIDER, "error.mail.refused" };
}

static int outcome(struct vt_ctx *ctx, const struct delivery *delivery, CURLcode result)
{
	const char *host = delivery->server->host;
	const char *reason = *delivery->reason ? delivery->reason : curl_easy_strerror(result);
	long answer = 0;

	if (result == CURLE_OK)
		return 0;
	if (delivery->refused)
		return vt_fail_key(ctx, VT_E_FORBIDDEN, "error.http.address",
				   "mail server %s: an address that is not permitted", host);
	curl_easy_getinfo(delivery->easy, CURLINFO_RESPONSE_CODE, &answer);
	struct fault fault = fault_of(result, answer);
	return vt_fail_key(ctx, fault.code, fault.key, "mail server %s: %s", host, reason);
}

static int check(struct vt_ctx *ctx, const struct mail_server *server, const struct mail *mail)
{
	if (!mail_is_address(server->sender) || !mail_is_address(mail->to))
		return vt_fail_key(ctx, VT_E_INVALID, "error.mail.address", "no address");
	if (!mail_is_host(server->host))
		return vt_fail_key(ctx, VT_E_INVALID, "error.mail.host", "no name of a server");
	if (server->user && *server->user && server->tls == MAIL_TLS_NONE)
		return vt_fail_key(ctx, VT_E_INVALID, "error.mail.plain", "a password without TLS");
	return 0;
}

int mail_send(struct vt_ctx *ctx, const struct mail_server *server, const struct mail *mail)
{
	struct delivery delivery = { .server = server };
	int status;

	if (check(ctx, server, mail) < 0)
		return -1;
	net_curl_start();
	delivery.easy = curl_easy_init();
	VT_BUG_ON(!delivery.easy);
	compose(ctx, &delivery, mail);
	set_options(ctx, &delivery, mail);
	set_security(ctx, delivery.easy, server);
	status = outcome(ctx, &delivery, curl_easy_perform(delivery.easy));
	curl_easy_cleanup(delivery.easy);
	curl_mime_free(delivery.mime);
	curl_slist_free_all(delivery.recipients);
	curl_slist_free_all(delivery.headers);
	return status;
}
