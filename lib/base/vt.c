#include "base/vt.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/secret.h"

static const struct {
	const char *name;
	int http_status;
	enum log_level level;
} codes[VT_CODE_MAX] = {
	[VT_OK] = { "OK", 200, LOG_LEVEL_DEBUG },
	[VT_E_INVALID] = { "INVALID", 422, LOG_LEVEL_INFO },
	[VT_E_NOT_FOUND] = { "NOT_FOUND", 404, LOG_LEVEL_INFO },
	[VT_E_FORBIDDEN] = { "FORBIDDEN", 403, LOG_LEVEL_WARN },
	[VT_E_UNAUTHENTICATED] = { "UNAUTHENTICATED", 401, LOG_LEVEL_INFO },
	[VT_E_CONFLICT] = { "CONFLICT", 409, LOG_LEVEL_INFO },
	[VT_E_TOO_LARGE] = { "TOO_LARGE", 413, LOG_LEVEL_INFO },
	[VT_E_RATE] = { "RATE", 429, LOG_LEVEL_WARN },
	[VT_E_UNAVAILABLE] = { "UNAVAILABLE", 503, LOG_LEVEL_WARN },
	[VT_E_PROVIDER] = { "PROVIDER", 502, LOG_LEVEL_WARN },
	[VT_E_DB] = { "DB", 500, LOG_LEVEL_ERROR },
	[VT_E_BUG] = { "BUG", 500, LOG_LEVEL_ERROR },
};

int vt_code_http_status(enum vt_code code)
{
	VT_BUG_ON(code >= VT_CODE_MAX);
	return codes[code].http_status;
}

const char *vt_code_name(enum vt_code code)
{
	VT_BUG_ON(code >= VT_CODE_MAX);
	return codes[code].name;
}

enum log_level log_level_of(enum vt_code code)
{
	VT_BUG_ON(code >= VT_CODE_MAX);
	return codes[code].level;
}

static void forget_request(struct vt_ctx *ctx)
{
	vt_error_clear(ctx);
	ctx->now_us = clock_now_us();
	ctx->request_id = "";
	ctx->user_id = 0;
	ctx->session_id = 0;
	ctx->remote_address = "";
	ctx->user_agent = "";
}

void vt_ctx_init(struct vt_ctx *ctx, struct arena *arena, const char *program)
{
	memset(ctx, 0, sizeof(*ctx));
	ctx->arena = arena;
	ctx->program = program;
	ctx->random_bytes = secret_random;
	forget_request(ctx);
}

void vt_ctx_reset(struct vt_ctx *ctx)
{
	arena_reset(ctx->arena);
	forget_request(ctx);
}

/* "base/vt.c" of whatever path the compiler was given. */
static const char *short_file(const char *file)
{
	const char *last = strrchr(file, '/');

	if (!last)
		return file;
	while (last > file && last[-1] != '/')
		last--;
	return last;
}

static char *next_trace(struct vt_error *error)
{
	if (error->trace_count == VT_TRACE_MAX)
		return NULL;
	return error->trace[error->trace_count++];
}

int vt_fail_at(struct vt_ctx *ctx, const char *file, int line, const char *func,
	       enum vt_code code, const char *field, const char *key,
	       const char *fmt, ...)
{
	struct vt_error *error = &ctx->error;
	va_list args;

	VT_BUG_ON(code <= VT_OK || code >= VT_CODE_MAX);
	vt_error_clear(ctx);
	error->code = code;
	snprintf(error->field, sizeof(error->field), "%s", field ? field : "");
	snprintf(error->key, sizeof(error->key), "%s", key ? key : "");
	va_start(args, fmt);
	vsnprintf(error->message, sizeof(error->message), fmt, args);
	va_end(args);
	snprintf(next_trace(error), sizeof(error->trace[0]), "%s:%d %s", short_file(file), line,
		 func);
	return -1;
}

int vt_note_at(struct vt_ctx *ctx, const char *file, int line, const char *fmt, ...)
{
	char *trace = next_trace(&ctx->error);
	va_list args;
	char text[96];

	if (!trace)
		return -1;
	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	snprintf(trace, sizeof(ctx->error.trace[0]), "%s:%d ", short_file(file), line);
	snprintf(trace + strlen(trace), sizeof(ctx->error.trace[0]) - strlen(trace), "%s", text);
	return -1;
}

void vt_error_clear(struct vt_ctx *ctx)
{
	memset(&ctx->error, 0, sizeof(ctx->error));
}

void vt_bug(const char *file, int line, const char *what)
{
	log_event(NULL, LOG_LEVEL_ERROR, "bug", "at=%s:%d what=\"%s\"", short_file(file), line,
		  what);
	abort();
}
