/*
 * Canned replies: words that operators insert with a shortcut, with variables
 * (words.h) and a file; and stickers, pictures that are sent as they are.
 * Shared ones are the administration's, for every queue or one; personal ones
 * are their owner's and nobody else's.
 */
#ifndef VT_CONVERSATION_CANNED_H
#define VT_CONVERSATION_CANNED_H

#include "people/edit.h"

#define CANNED_SHORTCUT_MAX 40
#define CANNED_BODY_MAX 4000
#define CANNED_STICKER_SIZE_MAX (1024 * 1024)

struct canned {
	int64_t owner_id;              /* whose; 0: shared */
	int64_t kind;                  /* CANNED_TEXT, CANNED_STICKER: as it was made */
	const char *shortcut;          /* one word; unique among the owner's (and queue's) of its kind */
	const char *body;              /* "" with a file, and for stickers */
	int64_t queue_id;              /* 0: every queue */
	int64_t file_id;               /* a new one (file_store); 0: as it was */
	const char *file_name;
	bool drop_file;                /* without the one it had */
};

/* Make (edit->id 0) or change it. VT_E_NOT_FOUND when it is not the owner's; VT_E_INVALID on
 * "shortcut", "body", "queue" or "file". Own transaction (edit_run). */
int canned_save(struct vt_ctx *ctx, struct edit *edit, const struct canned *canned) VT_MUST_CHECK;
/* Remove it. What was sent of it stays. */
int canned_remove(struct vt_ctx *ctx, struct edit *edit, int64_t owner_id) VT_MUST_CHECK;

#endif
