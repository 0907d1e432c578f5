/*
 * What the board and its neighbours share: the filter, which stands in the
 * address and is kept per person, and the tabs above the screens of
 * supervision.
 */
#ifndef VT_STAFF_BOARD_H
#define VT_STAFF_BOARD_H

#include "cgi-bin/staff/staff.h"

#define BOARD_CHOICES_MAX 40   /* chosen in one list of the filter */
#define BOARD_WORDS_MAX 80     /* characters */

/* Lanes are states, and one of those with an operator that wait for the agency. */
enum board_lane { BOARD_BOT = 1, BOARD_WAITING, BOARD_ACTIVE, BOARD_CLOSED, BOARD_HELD };
/* As an address names them. */
extern const char *const board_lanes_names[BOARD_HELD + 1];

enum board_list { BOARD_OPERATORS, BOARD_MESSENGERS, BOARD_CHANNELS, BOARD_QUEUES,
		  BOARD_CUITS,         /* 1 + CUIT_*: what is known of the CUIT */
		  BOARD_LISTS };

struct board_filter {
	struct { int64_t ids[BOARD_CHOICES_MAX]; size_t count; } lists[BOARD_LISTS];
	const char *words;     /* of a name or a CUIT; "" */
	int lane;              /* BOARD_*: this one alone; 0: all that are open */
};

/* From a query or a form; what is no id, too much or too long is left out. */
void board_filter_read(struct vt_ctx *ctx, const struct pairs *pairs, struct board_filter *out);
/* As an address has it, without "?"; "" for no filter. lane: 0, or the one to add. */
const char *board_filter_query(struct vt_ctx *ctx, const struct board_filter *filter, int lane);
/* Queue the statement that lists what may be chosen, and fill filter.* from its result. */
int board_filter_ask(struct vt_ctx *ctx, const struct session *session) VT_MUST_CHECK;
void board_filter_fill(struct vt_ctx *ctx, const struct session *session, const struct board_filter *filter,
		       const struct db_result *choices, struct t_node *page);

/* The figures above the screens of supervision: one statement; day: those of the whole day too.
 * Fills people and day. */
int board_tiles_ask(struct vt_ctx *ctx, const struct session *session, bool day) VT_MUST_CHECK;
void board_tiles_fill(struct vt_ctx *ctx, const struct db_result *row, bool day, struct t_node *page);

#endif
