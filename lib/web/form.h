/*
 * Typed form fields. Each getter checks and, when it fails, raises
 * VT_E_INVALID with the field's name and a locale key, which the page shows
 * beside the field. Text is trimmed of surrounding white space (form_text
 * with FORM_RAW keeps it).
 */
#ifndef VT_WEB_FORM_H
#define VT_WEB_FORM_H

#include "web/request.h"

enum form_flags { FORM_OPTIONAL = 1, FORM_RAW = 2 };

int form_text(struct vt_ctx *ctx, const struct request *request, const char *field,
	      size_t max_characters, unsigned flags, const char **out) VT_MUST_CHECK;
int form_i64(struct vt_ctx *ctx, const struct request *request, const char *field,
	     int64_t min, int64_t max, unsigned flags, int64_t *out) VT_MUST_CHECK;
bool form_checked(const struct request *request, const char *field);
/* The client's id of this submission: 8-64 of [A-Za-z0-9_-]. */
int form_once(struct vt_ctx *ctx, const struct request *request, const char **out) VT_MUST_CHECK;

#endif
