/*
 * A folder's name as people write it, and as IMAP4rev1 does: in its own UTF-7 (RFC 3501, 5.1.3), "Año" is "A&APE-o".
 * Pure.
 */
#ifndef VT_NET_IMAP_FOLDER_H
#define VT_NET_IMAP_FOLDER_H

#include "base/vt.h"

#define IMAP_FOLDER_MAX 200            /* characters */

/* UTF-8 of 1 to IMAP_FOLDER_MAX characters, none of them control, quote, backslash, * or %: these mean something. */
bool imap_folder_valid(const char *name);
/* As it goes over the wire, ASCII, in ctx->arena. VT_E_INVALID: it is no name. */
int imap_folder(struct vt_ctx *ctx, const char *name, const char **out) VT_MUST_CHECK;

#endif
