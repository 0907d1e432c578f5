#include "base/vt.h"
#include "base/codes.h"
#include "base/secret.h"
#include "base/utf8.h"
#include "conversation/file.h"
#include "conversation/picture.h"
#include "db/db.h"
#include "db/wake.h"
#include "sql_conversation.h"

#include <errno.h>
#include <fcntl.h>
#include <magic.h>
#include <sys/stat.h>
#include <unistd.h>

/* What may be stored. "inline": a browser may show it in place. */
static const struct { const char *type; bool in_place; } allowed[] = {
	{ "image/jpeg", true }, { "image/png", true }, { "image/gif", true }, { "image/webp", true },
	{ "application/pdf", true },
	{ "audio/mpeg", true }, { "audio/ogg", true }, { "audio/x-m4a", true }, { "audio/mp4", true },
	{ "audio/aac", true }, { "audio/x-hx-aac-adts", true }, { "audio/amr", false },
	{ "audio/x-wav", true },
	{ "video/mp4", true }, { "video/webm", true }, { "video/3gpp", true }, { "video/quicktime", false },
	{ "text/plain", false }, { "text/csv", false }, { "text/html", false }, { "image/svg+xml", false },
	{ "application/msword", false }, { "application/vnd.ms-excel", false },
	{ "application/vnd.ms-powerpoint", false },
	{ "application/vnd.openxmlformats-officedocument.wordprocessingml.document", false },
	{ "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", false },
	{ "application/vnd.openxmlformats-officedocument.presentationml.presentation", false },
	{ "application/vnd.oasis.opendocument.text", false },
	{ "application/vnd.oasis.opendocument.spreadsheet", false },
	{ "application/rtf", false }, { "text/rtf", false },
};

static bool type_allowed(const char *type)
{
	for (size_t i = 0; i < VT_COUNT(allowed); i++) {
		if (!strcmp(allowed[i].type, type))
			return true;
	}
	return false;
}

bool file_inline(const char *media_type)
{
	for (size_t i = 0; i < VT_COUNT(allowed); i++) {
		if (!strcmp(allowed[i].type, media_type))
			return allowed[i].in_place;
	}
	return false;
}

/* libmagic's tables cost memory: loaded at the first upload, kept. */
static const char *sniff(struct vt_ctx *ctx, const void *data, size_t size)
{
	static magic_t magic;

	if (!magic) {
		magic = magic_open(MAGIC_MIME_TYPE | MAGIC_ERROR);
		if (!magic || magic_load(magic, NULL) < 0)
			return NULL;
	}
	const char *type = magic_buffer(magic, data, size);
	return type ? arena_strdup(ctx->arena, type) : NULL;
}

/* Office files with macros are zip archives that name a vbaProject. */
static bool holds_macros(const char *type, const void *data, size_t size)
{
	if (strncmp(type, "application/vnd.openxmlformats", 30) != 0)
		return false;
	return memmem(data, size, "vbaProject.bin", 14) != NULL;
}

const char *file_path(struct vt_ctx *ctx, const uint8_t sha256[32])
{
	const char *hex = secret_hex(ctx->arena, sha256, SECRET_HASH_SIZE);

	return arena_printf(ctx->arena, "%.2s/%.2s/%s", hex, hex + 2, hex);
}

static int make_folder(struct vt_ctx *ctx, const char *path)
{
	if (mkdir(path, 0750) < 0 && errno != EEXIST)
		return vt_fail(ctx, VT_E_UNAVAILABLE, "mkdir: %s", strerror(errno));
	return 0;
}

static int sync_folder(struct vt_ctx *ctx, const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0 || fsync(fd) < 0) {
		if (fd >= 0)
			close(fd);
		return vt_fail(ctx, VT_E_UNAVAILABLE, "fsync of a folder: %s", strerror(errno));
	}
	close(fd);
	return 0;
}

static int write_whole(int fd, const char *data, size_t size)
{
	while (size) {
		ssize_t written = write(fd, data, size);
		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return -1;
		data += written;
		size -= (size_t)written;
	}
	return fsync(fd);
}

/* Temporary file, fsync, rename, fsync of the folder: after a crash the name
 * is there with all its bytes or not at all. */
static int write_durably(struct vt_ctx *ctx, const char *directory, const char *path,
			 const void *data, size_t size)
{
	char *folder = arena_printf(ctx->arena, "%s/%.5s", directory, path);
	char *target = arena_printf(ctx->arena, "%s/%s", directory, path);
	char *temporary = arena_printf(ctx->arena, "%s.%ld.tmp", target, (long)getpid());

	if (access(target, F_OK) == 0)
		return 0;
	if (make_folder(ctx, arena_printf(ctx->arena, "%s/%.2s", directory, path)) < 0 ||
	    make_folder(ctx, folder) < 0)
		return -1;
	int fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
	if (fd < 0)
		return vt_fail(ctx, VT_E_UNAVAILABLE, "create a file: %s", strerror(errno));
	if (write_whole(fd, data, size) < 0 || rename(temporary, target) < 0) {
		int saved = errno;
		close(fd);
		unlink(temporary);
		return vt_fail(ctx, VT_E_UNAVAILABLE, "write a file: %s", strerror(saved));
	}
	close(fd);
	return sync_folder(ctx, folder);
}

int file_adopt(struct vt_ctx *ctx, const char *files_directory, const char *temporary,
	       const uint8_t sha256[32])
{
	const char *path = file_path(ctx, sha256);
	char *folder = arena_printf(ctx->arena, "%s/%.5s", files_directory, path);

	if (make_folder(ctx, arena_printf(ctx->arena, "%s/%.2s", files_directory, path)) < 0 ||
	    make_folder(ctx, folder) < 0)
		return -1;
	if (rename(temporary, arena_printf(ctx->arena, "%s/%s", files_directory, path)) < 0)
		return vt_fail(ctx, VT_E_UNAVAILABLE, "move a file: %s", strerror(errno));
	return sync_folder(ctx, folder);
}

/* The row of these bytes, made or found; the antivirus has its turn where there is one. */
static int file_row(struct vt_ctx *ctx, const uint8_t hash[SECRET_HASH_SIZE], size_t size,
		    const char *type, struct db_result **row)
{
	if (db_one(ctx, row, &SQL_FILE_UPSERT, "yis", hash, (size_t)SECRET_HASH_SIZE, (int64_t)size, type) < 0)
		return -1;
	if (db_i64(*row, 0, "scan_state") == SCAN_WAITING)
		wake_worker_now("scan", 0);
	return 0;
}

int file_store_up_to(struct vt_ctx *ctx, const char *files_directory, const void *data, size_t size, int64_t max,
		     int64_t *file_id, const char **media_type)
{
	uint8_t hash[SECRET_HASH_SIZE];
	struct db_result *result;

	if (!size)
		return vt_fail_field(ctx, "file", "error.file.empty", "empty file");
	if ((int64_t)size > max || (int64_t)size > FILE_SENT_MAX)
		return vt_fail_at(ctx, __FILE__, __LINE__, __func__, VT_E_TOO_LARGE, "file",
				  "error.file.size", "file of %zu bytes", size);
	const char *type = sniff(ctx, data, size);
	if (!type)
		return vt_fail(ctx, VT_E_BUG, "libmagic cannot read its tables");
	if (!type_allowed(type) || holds_macros(type, data, size) ||
	    !picture_reasonable(type, data, size))
		return vt_fail_field(ctx, "file", "error.file.type", "refused type %s", type);
	secret_sha256(data, size, hash);
	if (write_durably(ctx, files_directory, file_path(ctx, hash), data, size) < 0 ||
	    file_row(ctx, hash, size, type, &result) < 0)
		return -1;
	*file_id = db_i64(result, 0, "file_id");
	*media_type = db_text(result, 0, "media_type");
	return 0;
}

int file_store(struct vt_ctx *ctx, const char *files_directory, const void *data, size_t size,
	       int64_t *file_id, const char **media_type)
{
	return file_store_up_to(ctx, files_directory, data, size, FILE_SIZE_MAX, file_id, media_type);
}

/* Controls, path separators and the marks that turn text around. */
static bool name_character(uint32_t c)
{
	if (c < 0x20 || c == 0x7f || c == '/' || c == '\\' || c == 0xfffd)
		return false;
	return !(c >= 0x202a && c <= 0x202e) && !(c >= 0x2066 && c <= 0x2069) && c != 0x200e && c != 0x200f;
}

const char *file_safe_name(struct vt_ctx *ctx, const char *name)
{
	char *out = arena_alloc(ctx->arena, FILE_NAME_MAX + 1);
	size_t used = 0;
	const char *base = name;

	for (const char *c = name; *c; c++) {
		if (*c == '/' || *c == '\\')
			base = c + 1;
	}
	for (size_t left = strlen(base); left; ) {
		uint32_t codepoint;
		size_t size = utf8_decode(base, left, &codepoint);
		if (used + size > FILE_NAME_MAX)
			break;
		if (name_character(codepoint)) {
			memcpy(out + used, base, size);
			used += size;
		}
		base += size;
		left -= size;
	}
	return *out && strcmp(out, ".") != 0 && strcmp(out, "..") != 0 ? out : "archivo";
}
