/*
 * A change that somebody makes in an administrator's form, in one transaction:
 * the form is taken once, the second of two people is told, and the audit row
 * says what was before and after.
 *
 * A kind of thing gives one statement that reads it whole; what the form can
 * change is in its snapshot in the words people know (names, not ids), so that
 * the record is complete by construction and readable for ever.
 */
#ifndef VT_PEOPLE_EDIT_H
#define VT_PEOPLE_EDIT_H

#include "base/vt.h"

struct sql;

struct edit_kind {
	const char *entity;            /* "queue": in the audit; its fields' names are L.field.<entity> */
	/* $1 the id. A row with revision (integer) and snapshot (jsonb object), or none when there is
	 * no such thing (any more). */
	const struct sql *snapshot;
};

/* What a form says of what it changes. */
struct edit {
	const char *once;
	int64_t id;                    /* 0: it is made; afterwards its id */
	int64_t revision;              /* what the form was made from; not looked at when it is made */
	bool repeat;                   /* out: this form had been taken before; nothing was done */
};

/* The change itself; sets *id when it makes something. Runs in the transaction, may run again
 * (db_transaction). Statements that leave in a pipeline may be left in it. */
typedef int (*edit_apply)(struct vt_ctx *ctx, void *data, int64_t *id);

/* Do it. action: as in the route table ("queue.save"). VT_E_NOT_FOUND: there is no such thing;
 * VT_E_CONFLICT with key error.edited: somebody saved it meanwhile (edit_last tells who and what);
 * else what apply raises. Own transaction. */
int edit_run(struct vt_ctx *ctx, struct edit *edit, const struct edit_kind *kind,
	     const char *action, edit_apply apply, void *data) VT_MUST_CHECK;

/* The same change to several things, all or none: taken once, each locked, and an audit row for each
 * that differs afterwards. There is no revision: apply changes what it finds, so that it takes
 * nothing back that somebody else saved meanwhile. VT_E_NOT_FOUND when one of them is none (any
 * more). *repeat: this form had been taken before. Own transaction. */
int edit_several(struct vt_ctx *ctx, const char *once, const int64_t *ids, size_t count,
		 const struct edit_kind *kind, const char *action, edit_apply apply, void *data,
		 bool *repeat) VT_MUST_CHECK;

/* One of a transaction of the caller's, with its audit row when anything differs; id 0 makes it. */
int edit_one(struct vt_ctx *ctx, const struct edit_kind *kind, const char *action, edit_apply apply,
	     void *data, int64_t *id) VT_MUST_CHECK;

/* Turn the database's "there is one already" into the form's error beside field (error.taken).
 * Any other error stays. Returns -1. */
int edit_taken(struct vt_ctx *ctx, const char *field);

/* The last change of a thing that is on record. Strings in ctx->arena. */
struct edit_last {
	const char *who;               /* NULL: none on record */
	int64_t at;                    /* us UTC */
	const char *before, *after;    /* JSON objects of what differed, or NULL */
};
int edit_last(struct vt_ctx *ctx, const char *entity, int64_t id, struct edit_last *out) VT_MUST_CHECK;

#endif
