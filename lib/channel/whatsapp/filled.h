/*
 * An approved template with what is put into it: what Meta refuses of that, how it reads to whoever gets it, and what a
 * message with it carries. Pure. https://developers.facebook.com/docs/whatsapp/cloud-api/guides/send-message-templates
 * (read 2026-11)
 */
#ifndef VT_CHANNEL_WHATSAPP_FILLED_H
#define VT_CHANNEL_WHATSAPP_FILLED_H

#include "channel/whatsapp/written.h"

#define WHATSAPP_SLOTS_MAX (1 + WHATSAPP_VARIABLES_MAX + WHATSAPP_BUTTONS_MAX)
#define WHATSAPP_SPACES_MAX 4          /* side by side, in what is put in */

enum whatsapp_place { WHATSAPP_IN_HEADER, WHATSAPP_IN_BODY, WHATSAPP_IN_BUTTON };

struct whatsapp_slot {
	const char *field;             /* "header", "value1" (of the body, in its order), "button2": as forms name it */
	enum whatsapp_place place;
	size_t button;                 /* whose, from 0 */
	const char *name;              /* of the variable: "1", "nombre"; "" for a code */
	const char *sample;            /* "" for none */
	const char *value;             /* what is put there; "" so far */
};

struct whatsapp_filled {
	const struct whatsapp_written *written;
	struct whatsapp_slot slots[WHATSAPP_SLOTS_MAX];        /* in the order in which they are read */
	size_t count;
	const char *file_type;         /* of the header's file; NULL: there is none */
};

/* What is wanted, with nothing in it yet. written is the caller's, who keeps it. */
void whatsapp_filled_begin(struct vt_ctx *ctx, const struct whatsapp_written *written, struct whatsapp_filled *out);
/* The slot of a form's field; NULL for none. */
struct whatsapp_slot *whatsapp_filled_slot(struct whatsapp_filled *filled, const char *field);
/* Does its header want a picture, a video or a document? Then the field is "file". */
bool whatsapp_filled_wants_file(const struct whatsapp_written *written);
/* Why nobody can fill it by hand: a locale key; NULL: they can. */
const char *whatsapp_filled_refusal(const struct whatsapp_written *written);

/* Will Meta take it? VT_E_INVALID on the slot's field. */
int whatsapp_filled_check(struct vt_ctx *ctx, const struct whatsapp_filled *filled) VT_MUST_CHECK;
/* The next stretch of a text of the template from *text, which moves beyond it: words (*slot NULL), or what stands for a
 * variable (*slot). false: it is at its end. */
bool whatsapp_filled_next(struct vt_ctx *ctx, const struct whatsapp_filled *filled, enum whatsapp_place place,
			  const char **text, const char **words, const struct whatsapp_slot **slot);
/* As it is read: header, body and foot, with an empty line between. */
const char *whatsapp_filled_text(struct vt_ctx *ctx, const struct whatsapp_filled *filled);
/* What stands on a button, with where it leads or what it copies. */
const char *whatsapp_filled_button(struct vt_ctx *ctx, const struct whatsapp_filled *filled, size_t button);
/* The components of its message, an array; named as struct template has it. */
struct json *whatsapp_filled_components(struct vt_ctx *ctx, const struct whatsapp_filled *filled, bool named);

#endif
