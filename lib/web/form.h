/*
 * Typed form fields. Each getter checks and, when it fails, raises
 * VT_E_INVALID with the field's name and a locale key, which the page shows
 * beside the field: error.required, error.too_long, error.number, error.range.
 * Text is trimmed of surrounding white space and its line ends are \n
 * (FORM_RAW keeps it as it came: passwords).
 */
#ifndef VT_WEB_FORM_H
#define VT_WEB_FORM_H

#include "web/request.h"

enum form_flags { FORM_OPTIONAL = 1, FORM_RAW = 2 };

/* Without FORM_OPTIONAL an empty text is an error; with it *out is "". */
int form_text(struct vt_ctx *ctx, const struct request *request, const char *field,
	      size_t max_characters, unsigned flags, const char **out) VT_MUST_CHECK;
/* With FORM_OPTIONAL an empty field leaves *out as it was. */
int form_i64(struct vt_ctx *ctx, const struct request *request, const char *field,
	     int64_t min, int64_t max, unsigned flags, int64_t *out) VT_MUST_CHECK;
/* What <input type="datetime-local"> sends in a field: "2026-11-27T14:30", also with seconds, in the agency's time.
 * "" leaves *us as it was; error.time. */
int form_time(struct vt_ctx *ctx, const char *field, const char *text, int64_t *us) VT_MUST_CHECK;
bool form_checked(const struct request *request, const char *field);
/* The client's id of this submission: 8-64 of [A-Za-z0-9_-]. */
int form_once(struct vt_ctx *ctx, const struct request *request, const char **out) VT_MUST_CHECK;

#endif
