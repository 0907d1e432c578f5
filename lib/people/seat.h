/*
 * Seats (licencias): so many people may be in at the same time or, when the
 * setting seat.kind says so, so many may hold a seat by name. The rule is the
 * database's (sql/functions/session.sql): it is applied under a lock to every
 * session that is opened, so that of two the last seat goes to one.
 */
#ifndef VT_PEOPLE_SEAT_H
#define VT_PEOPLE_SEAT_H

#include "people/edit.h"

#define SEAT_EDIT_ID 1                 /* all seats are one thing to the record of changes */
#define SEAT_USERS_MAX 5000

/* The opening of a session failed: when a seat was what it lacked, the refusal goes on record (own
 * transaction) and the error becomes VT_E_CONFLICT with error.login.seats or .seats_named. Any other
 * error stays. Returns -1. */
int seat_refused(struct vt_ctx *ctx, int64_t user_id);

/* Exactly these people hold a named seat. VT_E_INVALID on "users" when they are more than the seats.
 * Own transaction (edit_run, "seat.save"). */
int seat_choose(struct vt_ctx *ctx, struct edit *edit, const int64_t *user_ids, size_t count) VT_MUST_CHECK;

#endif
