/* What whatsapp/ shares within itself. */
#ifndef VT_CHANNEL_WHATSAPP_PRIVATE_H
#define VT_CHANNEL_WHATSAPP_PRIVATE_H

#include "channel/meta/meta.h"
#include "channel/whatsapp/whatsapp.h"

#define WHATSAPP_OBJECT "whatsapp_business_account"
#define WHATSAPP_ID_MAX 512            /* bytes of an id of a message or a file */

/* The events of one body, as they are read. */
struct whatsapp_reading {
	struct vt_ctx *ctx;
	struct channel_event *events;
	size_t count, capacity;
	const char *waba;              /* the entry's id */
	int64_t at_s;                  /* the entry's time */
	const char *field;             /* of the change that is being read */
	struct json *value;
};

/* See channel.h. */
int whatsapp_parse(struct vt_ctx *ctx, const char *raw, size_t size, struct channel_event **events,
		   size_t *count);
int whatsapp_build(struct vt_ctx *ctx, const struct channel_message *message,
		   struct channel_request *request);
int64_t whatsapp_takes(const char *type);
int whatsapp_result(struct vt_ctx *ctx, const struct channel_message *message,
		    const struct channel_answer *answer, struct channel_result *result);

/* Room for one more event, with an empty detail. VT_E_INVALID when they are too many. */
int whatsapp_event_add(struct whatsapp_reading *reading, struct channel_event **out) VT_MUST_CHECK;
/* Take back the last event that was added. */
void whatsapp_event_drop(struct whatsapp_reading *reading);
/* Unix seconds of a number or text, also when it counts milliseconds; 0 for anything else. */
int64_t whatsapp_time(struct json *node, const char *name);
/* Whose it is, by phone, id or both. VT_E_INVALID when there is neither. phone may be NULL, or an id. */
int whatsapp_identify(struct whatsapp_reading *reading, const char *phone, const char *user,
		      struct channel_event *event) VT_MUST_CHECK;
/* What a message says, by its type, into event. 1; 0: it is nothing to tell. */
int whatsapp_message_read(struct whatsapp_reading *reading, struct json *message,
			  struct channel_event *event);
/* Changes about the line itself: templates, quality, limits. false: the field is none of them. */
bool whatsapp_line_read(struct whatsapp_reading *reading, int *error);
/* What those of the line mean for it; see channel.h. */
void whatsapp_news(struct vt_ctx *ctx, const struct channel_event *event, struct channel_news *news);

/* What an error of the provider's means; false: the code is none that is particular to WhatsApp.
 * words: short, for the log. */
bool whatsapp_error_class(int64_t code, enum channel_outcome *outcome, enum channel_fault *fault,
			  const char **words);

/* A number of the settings, `name`, as it may stand in an address. VT_E_INVALID when there is none. */
int whatsapp_node_read(struct vt_ctx *ctx, const struct channel_message *message, const char *name,
		       const char **out) VT_MUST_CHECK;
/* text as a value in an address. */
const char *whatsapp_escape(struct vt_ctx *ctx, const char *text);
/* What all that is said to somebody begins with: to whom, and our reference. */
int whatsapp_body_begin(struct vt_ctx *ctx, const struct channel_message *message,
			struct json **body) VT_MUST_CHECK;
/* body as what the line says. */
int whatsapp_message_post(struct vt_ctx *ctx, const struct channel_message *message, struct json *body,
			  struct channel_request *request) VT_MUST_CHECK;
/* The file of the payload, to be named in a later call. */
int whatsapp_build_upload(struct vt_ctx *ctx, const struct channel_message *message,
			  struct channel_request *request) VT_MUST_CHECK;
/* It is up: {"type": its kind, kind: what is returned} as members of node. */
struct json *whatsapp_media_put(struct vt_ctx *ctx, const struct channel_message *message, struct json *node);
/* Templates, each a row's kind of outgoing.h. A header's sample goes first, in two calls; so does a header's file. */
int whatsapp_build_template(struct vt_ctx *ctx, const struct channel_message *message,
			    struct channel_request *request);
int whatsapp_build_templates(struct vt_ctx *ctx, const struct channel_message *message,
			     struct channel_request *request);
int whatsapp_build_submit(struct vt_ctx *ctx, const struct channel_message *message,
			  struct channel_request *request);
int whatsapp_build_remove(struct vt_ctx *ctx, const struct channel_message *message,
			  struct channel_request *request);

/* A menu as buttons, a list, or numbers in *text: sets the body's type and content. VT_E_INVALID
 * when it does not fit. */
int whatsapp_menu_put(struct vt_ctx *ctx, const struct channel_message *message, const char *text,
		      struct json *body) VT_MUST_CHECK;

/* Steps of a message with a file: upload, the file, what does not fit beside it. */
enum whatsapp_part { WHATSAPP_UPLOAD, WHATSAPP_MEDIA, WHATSAPP_REST, WHATSAPP_WHOLE };
enum whatsapp_part whatsapp_part_of(const struct channel_message *message);
/* The file's id at the provider's; NULL: it was not uploaded yet. */
const char *whatsapp_media_id(const struct channel_message *message);
/* Does something go after the file, as a message of its own? */
bool whatsapp_has_rest(const struct channel_message *message);
/* What result remembers: before a file's id, and after the file went. */
#define WHATSAPP_MEMORY_FILE "file:"
#define WHATSAPP_MEMORY_REST "rest"

#endif
