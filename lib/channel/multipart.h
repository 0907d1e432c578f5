/*
 * multipart/form-data (RFC 7578) for networks that take files so: fields, then
 * the payload's file between the request's body and its tail.
 */
#ifndef VT_CHANNEL_MULTIPART_H
#define VT_CHANNEL_MULTIPART_H

#include "base/strbuf.h"
#include "channel/outgoing.h"

struct multipart {
	struct strbuf body;
	const char *boundary;
};

/* The boundary is drawn at random: no file can have foreseen it. */
void multipart_begin(struct vt_ctx *ctx, struct multipart *form);
void multipart_field(struct multipart *form, const char *name, const char *value);
/* The last part is the file as `field`: makes request's body, tail and with_file. name and type may
 * hold any text. Returns the header "Content-Type: ..." for the request. */
const char *multipart_file(struct vt_ctx *ctx, struct multipart *form, const char *field,
			   const char *name, const char *type, struct channel_request *request);

#endif
