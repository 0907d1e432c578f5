/*
 * Certificate authorities that an administrator trusts besides the system's, as
 * text in PEM: of a gateway in the agency, or of a proxy that looks into TLS.
 */
#ifndef VT_NET_AUTHORITY_H
#define VT_NET_AUTHORITY_H

#include "base/vt.h"

/* Is pem one certificate or more, whole, and nothing else but words around them?
 * VT_E_INVALID (error.authority.pem) when it is not; "" is. */
int authority_check(struct vt_ctx *ctx, const char *pem) VT_MUST_CHECK;

#endif
