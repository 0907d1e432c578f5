/*
 * A template as somebody writes it, with what Meta will refuse of it as far as
 * that can be known before it is asked, and as the components that it takes.
 * Pure. https://developers.facebook.com/docs/whatsapp/business-management-api/message-templates (read 2026-09)
 */
#ifndef VT_CHANNEL_WHATSAPP_WRITTEN_H
#define VT_CHANNEL_WHATSAPP_WRITTEN_H

#include "base/vt.h"

struct json;

#define WHATSAPP_NAME_MAX 512
#define WHATSAPP_HEADER_MAX 60         /* characters */
#define WHATSAPP_BODY_MAX 1024
#define WHATSAPP_FOOTER_MAX 60
#define WHATSAPP_BUTTONS_MAX 10
#define WHATSAPP_BUTTON_TEXT_MAX 25
#define WHATSAPP_URL_MAX 2000
#define WHATSAPP_CODE_MAX 15
#define WHATSAPP_SAMPLE_MAX 200
#define WHATSAPP_VARIABLES_MAX 20      /* ours: a body of 1,024 characters has no room for more */
#define WHATSAPP_EXPIRES_MAX 90        /* minutes */

enum whatsapp_header {
	WHATSAPP_HEADER_NONE, WHATSAPP_HEADER_TEXT, WHATSAPP_HEADER_IMAGE, WHATSAPP_HEADER_VIDEO,
	WHATSAPP_HEADER_DOCUMENT, WHATSAPP_HEADER_LOCATION, WHATSAPP_HEADER_KINDS
};
enum whatsapp_button_kind {
	WHATSAPP_BUTTON_NONE, WHATSAPP_BUTTON_REPLY, WHATSAPP_BUTTON_URL, WHATSAPP_BUTTON_PHONE, WHATSAPP_BUTTON_CODE,
	WHATSAPP_BUTTON_KINDS
};

/* "image", "url": as forms and locale name them; "" beyond the last. */
const char *whatsapp_header_key(enum whatsapp_header header);
const char *whatsapp_button_key(enum whatsapp_button_kind kind);
/* The first for what is none. */
enum whatsapp_header whatsapp_header_by_key(const char *key);
enum whatsapp_button_kind whatsapp_button_by_key(const char *key);

/* Is a file of that type one for such a header? */
bool whatsapp_header_takes(enum whatsapp_header header, const char *type);

struct whatsapp_variable { const char *name, *sample; };       /* "1", "nombre"; sample "" for none */

/* Texts are "" where there is nothing. */
struct whatsapp_written {
	int category;                  /* TEMPLATE_UTILITY, ... */
	const char *name;
	enum whatsapp_header header;
	const char *header_text, *header_sample;
	bool has_file;                 /* the header's sample is there */
	const char *file_type;
	const char *body, *footer;
	struct whatsapp_variable samples[WHATSAPP_VARIABLES_MAX];       /* of the body, in any order */
	size_t sample_count;
	struct whatsapp_button {
		enum whatsapp_button_kind kind;
		const char *text;
		const char *value;     /* address, number, code */
		const char *sample;    /* of the address's {{1}} */
	} buttons[WHATSAPP_BUTTONS_MAX];
	size_t button_count;
	/* AUTHENTICATION: Meta's own words, with these. */
	bool security;                 /* that nobody is to be told the code */
	int64_t expires_min;           /* 0: it is not said */
	bool foreign;                  /* as it was read: there are parts that are not ours to write */
};

/* The variables of a text in their order, each once, without samples. *count at most WHATSAPP_VARIABLES_MAX; what is
 * written wrongly is passed over. Names in ctx->arena. */
void whatsapp_variables(struct vt_ctx *ctx, const char *text, struct whatsapp_variable *out, size_t *count);

/* Would Meta take it? VT_E_INVALID on a field: name, category, header, header_text, header_sample, file, body, footer,
 * expires, sample1.. (of the body's variables in their order), button1_type.., button1_text.., button1_value..,
 * button1_sample... whole false: only what no draft may have, what is too long. */
int whatsapp_written_check(struct vt_ctx *ctx, const struct whatsapp_written *written, bool whole) VT_MUST_CHECK;

/* "NAMED" or "POSITIONAL", by its variables. */
const char *whatsapp_written_format(struct vt_ctx *ctx, const struct whatsapp_written *written);
/* As Meta's components, with the samples; of a header with a file its sample is the sending's. */
struct json *whatsapp_written_components(struct vt_ctx *ctx, const struct whatsapp_written *written);
/* The other way round: what is not ours to write is passed over. Strings live in components. category and name are the
 * caller's. */
void whatsapp_written_read(struct vt_ctx *ctx, struct json *components, struct whatsapp_written *out);

#endif
