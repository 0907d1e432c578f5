/*
 * Tipificaciones as the administrator arranges them: a tree of which the
 * leaves are chosen on closing. A change of name or place writes new versions
 * (sql/functions/versions.sql): what was typified before shows what it was.
 */
#ifndef VT_CONVERSATION_TYPIFICATION_H
#define VT_CONVERSATION_TYPIFICATION_H

#include "people/edit.h"

#define TYPIFICATION_NAME_MAX 80
#define TYPIFICATION_DEPTH_MAX 50
#define TYPIFICATION_QUEUES_MAX 200

struct typification {
	const char *name;              /* unique among its siblings */
	int64_t parent_id;             /* 0: at the top */
	const int64_t *queue_ids; size_t queue_count;   /* that offer it and what is below; none: all */
	bool enabled;                  /* else neither it nor what is below is offered */
};

/* Make (edit->id 0) or change it. VT_E_INVALID on "name", "parent" or "queues". Own transaction
 * (edit_run). */
int typification_save(struct vt_ctx *ctx, struct edit *edit,
		      const struct typification *typification) VT_MUST_CHECK;

/* Put it somewhere else. step: "up", "down", "in" (below the one before it), "out" (behind its
 * parent); or NULL: below parent_id, before before_id (0: last). A step that leads nowhere changes
 * nothing. VT_E_CONFLICT (error.tag.cycle, .deep, .parent, .taken) when it cannot stand there. */
struct typification_place { const char *step; int64_t parent_id, before_id; };
int typification_move(struct vt_ctx *ctx, struct edit *edit,
		      const struct typification_place *place) VT_MUST_CHECK;

/* Remove it. VT_E_CONFLICT (error.tag.children, error.tag.bot) while something is below it, or a
 * published bot sets it. */
int typification_remove(struct vt_ctx *ctx, struct edit *edit) VT_MUST_CHECK;

#endif
