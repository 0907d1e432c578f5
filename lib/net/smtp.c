#include "base/vt.h"

#include "net/mail.h"
#include "net/smtp-private.h"

#define SET(easy, option, value) VT_BUG_ON(curl_easy_setopt(easy, option, value))
#define LOGIN_REFUSED 535
#define GOODBYE "221"                  /* what QUIT gets, after the answer that counts */

static size_t on_read(char *room, size_t unit, size_t count, void *arg)
{
	struct smtp_transfer *smtp = arg;
	size_t size = unit * count, left = smtp->size - smtp->sent;

	if (size > left)
		size = left;
	if (size)
		memcpy(room, smtp->body + smtp->sent, size);
	smtp->sent += size;
	return size;
}

/* On a kept connection that turned out to be dead it begins anew. */
static int on_seek(void *arg, curl_off_t offset, int origin)
{
	struct smtp_transfer *smtp = arg;

	if (origin != SEEK_SET || offset < 0 || (size_t)offset > smtp->size)
		return CURL_SEEKFUNC_FAIL;
	smtp->sent = (size_t)offset;
	return CURL_SEEKFUNC_OK;
}

static int set_recipients(struct vt_ctx *ctx, const struct http_request *request, struct smtp_transfer *smtp)
{
	if (!request->mail_from || !mail_is_address(request->mail_from))
		return vt_fail(ctx, VT_E_INVALID, "mail from no address");
	for (const char *const *to = request->mail_to; *to; to++) {
		if (!mail_is_address(*to))
			return vt_fail(ctx, VT_E_INVALID, "mail to no address");
		struct curl_slist *longer = curl_slist_append(smtp->recipients, *to);
		VT_BUG_ON(!longer);
		smtp->recipients = longer;
	}
	return smtp->recipients ? 0 : vt_fail(ctx, VT_E_INVALID, "mail to nobody");
}

/* With a password only under TLS; without one as safe as the server can. */
static void set_login(CURL *easy, const struct http_request *request)
{
	bool user = request->user && *request->user;

	SET(easy, CURLOPT_USE_SSL, user ? (long)CURLUSESSL_ALL : (long)CURLUSESSL_TRY);
	if (!user)
		return;
	SET(easy, CURLOPT_USERNAME, request->user);
	if (request->bearer) {
		SET(easy, CURLOPT_XOAUTH2_BEARER, request->bearer);
		SET(easy, CURLOPT_LOGIN_OPTIONS, "AUTH=XOAUTH2");
		return;
	}
	SET(easy, CURLOPT_PASSWORD, request->password ? request->password : "");
	SET(easy, CURLOPT_LOGIN_OPTIONS, "AUTH=PLAIN;AUTH=LOGIN");
}

int smtp_set(struct vt_ctx *ctx, CURL *easy, const struct http_request *request, struct smtp_transfer *smtp)
{
	set_login(easy, request);
	if (!request->mail_to && request->body)
		return vt_fail(ctx, VT_E_INVALID, "mail to nobody");
	if (!request->mail_to) {
		SET(easy, CURLOPT_CUSTOMREQUEST, "NOOP");
		SET(easy, CURLOPT_NOBODY, 1L);
		return 0;
	}
	if (set_recipients(ctx, request, smtp) < 0)
		return -1;
	smtp->body = request->body;
	smtp->size = request->body ? request->body_size : 0;
	SET(easy, CURLOPT_MAIL_FROM, request->mail_from);
	SET(easy, CURLOPT_MAIL_RCPT, smtp->recipients);
	SET(easy, CURLOPT_UPLOAD, 1L);
	SET(easy, CURLOPT_INFILESIZE_LARGE, (curl_off_t)smtp->size);
	SET(easy, CURLOPT_READFUNCTION, on_read);
	SET(easy, CURLOPT_READDATA, smtp);
	SET(easy, CURLOPT_SEEKFUNCTION, on_seek);
	SET(easy, CURLOPT_SEEKDATA, smtp);
	return 0;
}

void smtp_line(struct smtp_transfer *smtp, const char *data, size_t size)
{
	if (size >= 3 && !memcmp(data, GOODBYE, 3))
		return;
	while (size && strchr("\r\n", data[size - 1]))
		size--;
	if (size > SMTP_LINE_MAX)
		size = SMTP_LINE_MAX;
	memcpy(smtp->answer, data, size);
	smtp->answer[size] = '\0';
}

int smtp_refusal(CURLcode result, long status)
{
	switch ((int)result) {
	case CURLE_LOGIN_DENIED:
		return status >= 400 && status < 500 ? (int)status : LOGIN_REFUSED;
	case CURLE_SEND_ERROR:
	case CURLE_RECV_ERROR:
	case CURLE_WEIRD_SERVER_REPLY:
	case CURLE_REMOTE_ACCESS_DENIED:
		return status >= 400 ? (int)status : 0;
	default:
		return 0;
	}
}
