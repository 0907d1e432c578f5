/* Hours and holidays as administrators change them. Each function is a transaction of its own. */
#ifndef VT_ROUTING_HOURS_EDIT_H
#define VT_ROUTING_HOURS_EDIT_H

#include "people/edit.h"
#include "routing/hours.h"

#define HOURS_TEXT_MAX 1000
#define HOLIDAY_NAME_MAX 80
#define HOLIDAY_IMPORT_MAX 400

struct hours_week {
	struct hours_range days[7][HOURS_RANGES_MAX]; size_t counts[7];        /* 0 = Sunday */
	unsigned closes_on;
	struct hours_reply replies[HOURS_CASES];
};

/* Change the rule edit->id (edit_run). Who is at work and what waits stay as they are. */
int hours_save(struct vt_ctx *ctx, struct edit *edit, const struct hours_week *week) VT_MUST_CHECK;

struct holiday {
	int64_t day;              /* yyyymmdd of a date that there is */
	const char *name;
	int kind;                 /* HOLIDAY_* */
	int64_t hours_rule_id;    /* 0: for all */
	struct hours_range ranges[HOURS_RANGES_MAX]; size_t count;
};

/* Make (edit->id 0) or change it (edit_run). VT_E_INVALID on "day" when there is one of that day and
 * for the same. */
int holiday_save(struct vt_ctx *ctx, struct edit *edit, const struct holiday *holiday) VT_MUST_CHECK;
int holiday_remove(struct vt_ctx *ctx, struct edit *edit) VT_MUST_CHECK;

/* Add many that close whole days for all; a day that is there already stays as it is. *added: how
 * many were new; of a repeat, 0. One audit row with action. */
int holiday_add(struct vt_ctx *ctx, const char *action, const struct holiday *holidays, size_t count,
		const char *once, int64_t *added) VT_MUST_CHECK;

#endif
