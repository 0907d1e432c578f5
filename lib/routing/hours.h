/*
 * Opening hours of a queue, a channel or a bot, in Buenos Aires: the one
 * evaluator, pure. A week of spans; holidays close what closes on their kind;
 * an exception sets the day's hours whatever they are. What has no spans is
 * always open, on holidays too, but for its exceptions.
 *
 * hours.c decides, hours_words.c reads and writes spans as people do,
 * hours_store.c loads, hours_edit.c is what administrators change.
 */
#ifndef VT_ROUTING_HOURS_H
#define VT_ROUTING_HOURS_H

#include "base/vt.h"

#define HOURS_RANGES_MAX 12     /* spans of one day */
#define HOURS_DAY 1440          /* minutes */
#define HOURS_AHEAD_DAYS 400    /* how far a change is looked for */

enum hours_scope { HOURS_CHANNEL, HOURS_QUEUE, HOURS_BOT };

struct hours_range { int from_minute, to_minute; };     /* to is not in it any more; up to 1440 */

struct hours_span {
	enum hours_scope scope;
	int64_t scope_id;
	int weekday;              /* 0 = Sunday */
	int from_minute;          /* of the day, 0-1439 */
	int to_minute;            /* not in it any more; up to 1440 */
};

/* A holiday or an exception. */
struct hours_day {
	int64_t day;              /* yyyymmdd */
	int kind;                 /* HOLIDAY_* */
	const char *name;
	bool everywhere;          /* else of the one scope */
	enum hours_scope scope;
	int64_t scope_id;
	struct hours_range ranges[HOURS_RANGES_MAX]; size_t count;     /* none: closed */
};

/* What becomes of who writes while it is closed. */
enum hours_case { HOURS_CASE_CLOSED, HOURS_CASE_HOLIDAY, HOURS_CASE_ABSENT, HOURS_CASES };
struct hours_reply {
	int action;               /* HOURS_TO_* */
	const char *text;         /* "": nothing is said */
};

struct hours_rule {
	enum hours_scope scope;
	int64_t scope_id;
	unsigned closes_on;       /* bits of the kinds: 1 << (HOLIDAY_* - 1) */
	struct hours_reply replies[HOURS_CASES];
};

struct hours {
	const struct hours_span *spans; size_t span_count;
	const struct hours_day *days; size_t day_count;
	const struct hours_rule *rules; size_t rule_count;
};

enum hours_why { HOURS_ALWAYS, HOURS_WEEK, HOURS_HOLIDAY, HOURS_EXCEPTION };

/* One day of one scope. */
struct hours_plan {
	enum hours_why why;
	const char *name;         /* of the holiday or exception, else NULL */
	struct hours_range ranges[HOURS_RANGES_MAX]; size_t count;     /* in order; none: closed */
};

struct hours_verdict {
	bool open;
	enum hours_why why;
	const char *name;
};

/* Pure, all of them. at: us UTC; year, month 1-12, day 1-31 of a date that there is. */
void hours_plan(const struct hours *hours, enum hours_scope scope, int64_t scope_id, int year,
		int month, int day, struct hours_plan *out);
void hours_at(const struct hours *hours, enum hours_scope scope, int64_t scope_id, int64_t at,
	      struct hours_verdict *out);
bool hours_open(const struct hours *hours, enum hours_scope scope, int64_t scope_id, int64_t at);
/* When it next opens after at; 0: not within HOURS_AHEAD_DAYS. */
int64_t hours_opens_at(const struct hours *hours, enum hours_scope scope, int64_t scope_id, int64_t at);
/* Since when it has been open without a break at `at`; 0: for ever, or for HOURS_AHEAD_DAYS. Of
 * what is closed: at itself. */
int64_t hours_open_since(const struct hours *hours, enum hours_scope scope, int64_t scope_id, int64_t at);
/* The rule of a scope; what has none answers nothing: people go on to the bot (channel) or wait. */
const struct hours_rule *hours_rule(const struct hours *hours, enum hours_scope scope, int64_t scope_id);
/* What its rule says to who writes at that moment; NULL while it is open. */
const struct hours_reply *hours_reply(const struct hours *hours, enum hours_scope scope,
				      int64_t scope_id, int64_t at);

/* "08:00-12:00, 13-17" into ranges in order. false: not understood, backwards, over another, or more
 * than HOURS_RANGES_MAX. "" is none. */
bool hours_ranges_read(const char *text, struct hours_range ranges[HOURS_RANGES_MAX], size_t *count);
/* The same written out: "08:00-12:00, 13:00-17:00". In ctx->arena. */
const char *hours_ranges_write(struct vt_ctx *ctx, const struct hours_range *ranges, size_t count);
/* An administrator's text with {dia} and {hora} of the next opening and {feriado} filled; what is
 * not known is left out. In ctx->arena. */
const char *hours_fill(struct vt_ctx *ctx, const char *text, const struct hours *hours,
		       enum hours_scope scope, int64_t scope_id, int64_t at);

/* All of it, or what concerns one channel, in ctx->arena: three statements, one round trip. */
int hours_load(struct vt_ctx *ctx, int64_t channel_id, struct hours *out) VT_MUST_CHECK;
/* The same in a pipeline of the caller's: queue them, and read their results (HOURS_STATEMENTS in a
 * row). */
#define HOURS_STATEMENTS 3
struct db_result;
int hours_ask(struct vt_ctx *ctx, int64_t channel_id) VT_MUST_CHECK;
void hours_from_results(struct vt_ctx *ctx, struct db_result *const *results, struct hours *out);

#endif
