/*
 * multipart/form-data (RFC 7578): bounded, in place. A file's bytes stay where
 * they are in the body; texts are copied.
 */
#ifndef VT_WEB_MULTIPART_H
#define VT_WEB_MULTIPART_H

#include "web/request.h"

/* Fill request->form and request->uploads from request->body and its content_type. A file field
 * left empty by the browser gives nothing. VT_E_INVALID (error.malformed): no boundary, a part
 * without name, a body that ends before its last boundary, text that is not UTF-8, more than
 * REQUEST_PAIRS_MAX texts or REQUEST_UPLOADS_MAX files. VT_E_TOO_LARGE: texts beyond
 * REQUEST_TEXT_MAX. */
int multipart_parse(struct vt_ctx *ctx, struct request *request) VT_MUST_CHECK;

#endif
