#include "base/vt.h"
#include "base/config.h"
#include "web/cookie.h"
#include "web/response.h"
#include "web/router.h"
#include "web/template.h"

#include <ctype.h>

#define HTML "text/html; charset=utf-8"
#define JSON "application/json"

void response_init(struct vt_ctx *ctx, struct response *response)
{
	memset(response, 0, sizeof(*response));
	response->status = 200;
	response->content_type = HTML;
	strbuf_init(&response->headers, ctx->arena, 0);
	strbuf_init(&response->body, ctx->arena, 0);
}

void response_header(struct response *response, const char *name, const char *value)
{
	VT_BUG_ON(strpbrk(name, "\r\n: ") || strpbrk(value, "\r\n"));
	strbuf_printf(&response->headers, "%s: %s\r\n", name, value);
}

bool response_has_header(const struct response *response, const char *name)
{
	size_t length = strlen(name);
	const char *line = response->headers.data;

	while (*line) {
		if (!strncmp(line, name, length) && line[length] == ':')
			return true;
		line = strchr(line, '\n') + 1;
	}
	return false;
}

static bool is_cookie_text(const char *text)
{
	for (; *text; text++) {
		if (!isgraph((unsigned char)*text) || strchr("\",;\\", *text))
			return false;
	}
	return true;
}

void response_cookie(struct response *response, const char *name, const char *value,
		     int max_age_s)
{
	bool secure = program_config()->secure_cookies;

	VT_BUG_ON(!is_cookie_text(name) || !is_cookie_text(value));
	strbuf_printf(&response->headers, "Set-Cookie: %s%s=%s; Path=/; HttpOnly; SameSite=Lax",
		      secure ? COOKIE_HOST_PREFIX : "", name, value);
	if (secure)
		strbuf_puts(&response->headers, "; Secure");
	if (max_age_s)
		strbuf_printf(&response->headers, "; Max-Age=%d", max_age_s > 0 ? max_age_s : 0);
	strbuf_puts(&response->headers, "\r\n");
}

/* Browsers take \ for / and drop control characters before they look at the beginning. */
bool response_path_is_local(const char *path)
{
	if (path[0] != '/' || path[1] == '/')
		return false;
	for (; *path; path++) {
		if ((unsigned char)*path < 0x20 || *path == 0x7f || *path == '\\')
			return false;
	}
	return true;
}

/* Percent-encode what a Location may not hold; what is encoded stays. */
static char *location(struct arena *arena, const char *path)
{
	struct strbuf out;

	strbuf_init(&out, arena, strlen(path));
	for (; *path; path++) {
		if (isgraph((unsigned char)*path) && !strchr("\"<>^`{|}", *path))
			strbuf_putc(&out, *path);
		else
			strbuf_printf(&out, "%%%02X", (unsigned char)*path);
	}
	return out.data;
}

void response_redirect(struct response *response, const char *local_path)
{
	if (!response_path_is_local(local_path))
		local_path = "/";
	response->status = 303;
	response_header(response, "Location", location(response->body.arena, local_path));
}

void response_redirect_away(struct response *response, const char *https_url)
{
	VT_BUG_ON(strncmp(https_url, "https://", 8) != 0);
	response->status = 303;
	response_header(response, "Location", location(response->body.arena, https_url));
}

/* RFC 6266: a plain name for old readers, and the exact one percent-encoded. */
void response_disposition(struct response *response, bool attachment, const char *filename)
{
	struct strbuf value;

	strbuf_init(&value, response->body.arena, 0);
	strbuf_puts(&value, attachment ? "attachment" : "inline");
	strbuf_puts(&value, "; filename=\"");
	for (const char *c = filename; *c; c++)
		strbuf_putc(&value, isprint((unsigned char)*c) && !strchr("\"\\%", *c) ? *c : '_');
	strbuf_puts(&value, "\"; filename*=UTF-8''");
	strbuf_url(&value, filename);
	response_header(response, "Content-Disposition", value.data);
}

void response_json(struct response *response, const char *text)
{
	response->content_type = JSON;
	strbuf_truncate(&response->body, 0);
	strbuf_puts(&response->body, text);
}

const char *response_error_text(struct vt_ctx *ctx)
{
	char key[48];
	const char *name = vt_code_name(ctx->error.code);
	size_t size;

	if (template_locale(ctx->error.key))
		return locale_text(ctx, ctx->error.key, NULL);
	size = (size_t)snprintf(key, sizeof(key), "error.");
	for (; *name && size < sizeof(key) - 1; name++)
		key[size++] = (char)tolower((unsigned char)*name);
	key[size] = '\0';
	return locale_text(ctx, key, NULL);
}

void response_json_error(struct vt_ctx *ctx, struct response *response)
{
	struct strbuf *body = &response->body;

	response->status = vt_code_http_status(ctx->error.code);
	response->content_type = JSON;
	strbuf_truncate(body, 0);
	strbuf_printf(body, "{\"error\":{\"code\":\"%s\"", vt_code_name(ctx->error.code));
	if (*ctx->error.field) {
		strbuf_puts(body, ",\"field\":\"");
		strbuf_json(body, ctx->error.field);
		strbuf_putc(body, '"');
	}
	strbuf_puts(body, ",\"message\":\"");
	strbuf_json(body, response_error_text(ctx));
	strbuf_puts(body, "\"}}");
}

void response_accel(struct response *response, const char *internal_path)
{
	response_header(response, "X-Accel-Redirect", internal_path);
}
