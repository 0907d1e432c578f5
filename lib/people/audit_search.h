/*
 * The audit as people search it (sql/functions/audit.sql): any combination of
 * who, what, when, from where and about what, newest first, a page at a time.
 */
#ifndef VT_PEOPLE_AUDIT_SEARCH_H
#define VT_PEOPLE_AUDIT_SEARCH_H

#include "base/vt.h"

struct audit_filter {
	int64_t from_us, to_us;        /* from inclusive, to exclusive; 0: no bound */
	bool by_actor;                 /* only these; none of them: nothing is found. 0 is the system */
	const int64_t *actors; size_t actor_count;
	bool by_action;
	const char *const *actions; size_t action_count;
	const char *address;           /* "10.4.18.22"; "" any */
	int64_t conversation_id;       /* 0 any */
	const char *entity;            /* with its id; "" any */
	int64_t entity_id;
	int64_t key_at, key_id;        /* the last row of the page before; 0: the first page */
};

/* Queue the one statement of a page of at most limit rows into the open pipeline. Its columns: those of
 * audit_get but for the seal's. */
int audit_search_ask(struct vt_ctx *ctx, const struct audit_filter *filter, int64_t limit) VT_MUST_CHECK;

#endif
