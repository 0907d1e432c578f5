/*
 * Attachments: bytes on disk under their SHA-256, a row in table file. What a
 * file is, its content says (libmagic); the allow-list is here. At most FILE_SIZE_MAX.
 * Where an antivirus is set nobody opens or sends one before it was looked at:
 * statements that lead to a file's bytes ask for file.usable (scan.h).
 */
#ifndef VT_CONVERSATION_FILE_H
#define VT_CONVERSATION_FILE_H

#include "base/vt.h"

#define FILE_SIZE_MAX (25 * 1024 * 1024)
#define FILE_SENT_MAX ((int64_t)100 * 1024 * 1024)     /* of what operators send, as far as the network takes it */
#define FILE_NAME_MAX 200

/* Store bytes: sniff, refuse what is not allowed (VT_E_INVALID, field "file", keys error.file.type,
 * error.file.empty; VT_E_TOO_LARGE error.file.size), temporary file, fsync, rename, fsync of the
 * folder, then the row (outside any transaction of the caller). Same bytes twice: same row. */
int file_store(struct vt_ctx *ctx, const char *files_directory, const void *data, size_t size,
	       int64_t *file_id, const char **media_type) VT_MUST_CHECK;
/* The same of up to max bytes, at most FILE_SENT_MAX. */
int file_store_up_to(struct vt_ctx *ctx, const char *files_directory, const void *data, size_t size, int64_t max,
		     int64_t *file_id, const char **media_type) VT_MUST_CHECK;

/* Take a finished file of this file system, at temporary, into the store under its SHA-256: fsync of it was the
 * caller's; rename, fsync of the folder. No row, no look at its type: for files that we made. */
int file_adopt(struct vt_ctx *ctx, const char *files_directory, const char *temporary,
	       const uint8_t sha256[32]) VT_MUST_CHECK;

/* "ab/cd/abcd..." below the files directory. In ctx->arena. */
const char *file_path(struct vt_ctx *ctx, const uint8_t sha256[32]);

/* A name fit to store and to give back: base name, no control characters, no bidirectional
 * overrides, at most FILE_NAME_MAX bytes, "archivo" when nothing is left. */
const char *file_safe_name(struct vt_ctx *ctx, const char *name);

/* Types a browser may show in place (images, PDF, audio, video); anything else, HTML and SVG
 * above all, only ever leaves as a download. */
bool file_inline(const char *media_type);

#endif
