/*
 * What the settings network.* permit to what leaves for other machines, beside
 * what is permitted everywhere: inner addresses and the agency's own authorities;
 * and where the antivirus is.
 */
#ifndef VT_PEOPLE_OUTGOING_H
#define VT_PEOPLE_OUTGOING_H

#include "people/setting.h"

/* Are they what they must be? VT_E_INVALID on the one that is not. A NULL is not looked at. */
int outgoing_check(struct vt_ctx *ctx, const struct settings *settings) VT_MUST_CHECK;
/* The same for one list of inner addresses (net/guard.h). */
int outgoing_check_inner(struct vt_ctx *ctx, const struct settings *settings, enum setting setting) VT_MUST_CHECK;
/* The same for authorities of the agency's own (net/authority.h), on the field that has them. */
int outgoing_check_authority(struct vt_ctx *ctx, const char *field, const char *pem) VT_MUST_CHECK;

#endif
