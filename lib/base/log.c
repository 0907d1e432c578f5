#include "base/vt.h"
#include "base/clock.h"
#include "base/log.h"

#include <errno.h>
#include <unistd.h>

#define LINE_MAX_BYTES 4096

static const char *const level_names[] = {
	[LOG_LEVEL_ERROR] = "err",
	[LOG_LEVEL_WARN] = "warn",
	[LOG_LEVEL_INFO] = "info",
	[LOG_LEVEL_DEBUG] = "debug",
};

static const char *log_program = "-";
static enum log_level log_level = LOG_LEVEL_INFO;

struct line {
	char text[LINE_MAX_BYTES];
	size_t size;
};

void log_init(const char *program)
{
	const char *wanted = getenv("VT_LOG");

	log_program = program;
	log_level = LOG_LEVEL_INFO;
	if (!wanted)
		return;
	if (!strcmp(wanted, "error"))
		log_level = LOG_LEVEL_ERROR;
	else if (!strcmp(wanted, "warn"))
		log_level = LOG_LEVEL_WARN;
	else if (!strcmp(wanted, "debug"))
		log_level = LOG_LEVEL_DEBUG;
}

static void VT_PRINTF(2, 0) add_args(struct line *line, const char *fmt, va_list args)
{
	size_t room = sizeof(line->text) - 1 - line->size;
	int size = vsnprintf(line->text + line->size, room, fmt, args);

	if (size > 0)
		line->size += (size_t)size < room ? (size_t)size : room - 1;
}

static void VT_PRINTF(2, 3) add(struct line *line, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	add_args(line, fmt, args);
	va_end(args);
}

/* A value in quotes, with those inside turned into apostrophes. */
static void add_quoted(struct line *line, const char *key, const char *value)
{
	size_t start;

	add(line, " %s=\"", key);
	start = line->size;
	add(line, "%s", value);
	for (size_t i = start; i < line->size; i++) {
		if (line->text[i] == '"')
			line->text[i] = '\'';
	}
	add(line, "\"");
}

static void begin(struct line *line, const struct vt_ctx *ctx, enum log_level level,
		  const char *event)
{
	char now[32];

	line->size = 0;
	clock_format_utc(clock_now_us(), now, sizeof(now));
	add(line, "ts=%s lvl=%s prog=%s ev=%s", now, level_names[level], log_program, event);
	if (ctx && ctx->request_id && *ctx->request_id)
		add(line, " req=%s", ctx->request_id);
	if (ctx && ctx->user_id)
		add(line, " user=%" PRId64, ctx->user_id);
}

/* One write per line, so that lines of several processes do not mix; control
 * characters would forge lines. */
static void end(struct line *line)
{
	size_t done = 0;

	for (size_t i = 0; i < line->size; i++) {
		unsigned char c = (unsigned char)line->text[i];

		if (c < 0x20 || c == 0x7f)
			line->text[i] = ' ';
	}
	line->text[line->size++] = '\n';
	while (done < line->size) {
		ssize_t n = write(STDERR_FILENO, line->text + done, line->size - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return;
		done += (size_t)n;
	}
}

void log_event(const struct vt_ctx *ctx, enum log_level level, const char *event,
	       const char *fmt, ...)
{
	struct line line;
	va_list args;

	if (level > log_level)
		return;
	begin(&line, ctx, level, event);
	add(&line, " ");
	va_start(args, fmt);
	add_args(&line, fmt, args);
	va_end(args);
	end(&line);
}

void log_error(const struct vt_ctx *ctx, const char *event)
{
	const struct vt_error *error = &ctx->error;
	enum log_level level = log_level_of(error->code);
	struct line line;

	if (level > log_level)
		return;
	begin(&line, ctx, level, event);
	add(&line, " err=%s", vt_code_name(error->code));
	if (*error->sqlstate)
		add(&line, " sqlstate=%s", error->sqlstate);
	if (*error->field)
		add(&line, " field=%s", error->field);
	add_quoted(&line, "msg", error->message);
	for (int i = 0; i < error->trace_count; i++)
		add_quoted(&line, i ? "via" : "at", error->trace[i]);
	end(&line);
}
