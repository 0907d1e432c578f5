/*
 * The audit trail: one row per action of a person (and per assignment or
 * closing by the system). Append-only. before/after are JSON objects or NULL.
 */
#ifndef VT_PEOPLE_AUDIT_H
#define VT_PEOPLE_AUDIT_H

#include "base/vt.h"

struct audit {
	const char *action;          /* "conversation.close", as in routes.def */
	const char *entity;          /* "conversation", NULL when none */
	int64_t entity_id;
	int64_t conversation_id;     /* 0: none */
	const char *before;
	const char *after;
};

/* In the caller's transaction; queued when a pipeline is open. Actor, address and request come
 * from ctx. */
int audit_write(struct vt_ctx *ctx, const struct audit *audit) VT_MUST_CHECK;
/* The same with a pipeline of its own, for what writes nothing beside it. */
int audit_alone(struct vt_ctx *ctx, const struct audit *audit) VT_MUST_CHECK;

#endif
