/*
 * People from a spreadsheet (CSV). The file is stored when it comes, looked at
 * line by line as often as wanted, and applied whole or not at all.
 *
 * A line is about the person with its login: somebody new, or a change of who
 * is there. A column that the file has not leaves what it would say as it is;
 * an empty cell empties it. Cells of several things have | between them.
 */
#ifndef VT_PEOPLE_USER_IMPORT_H
#define VT_PEOPLE_USER_IMPORT_H

#include "people/user.h"

#define USER_IMPORT_SIZE_MAX ((size_t)512 * 1024)
#define USER_IMPORT_ROWS_MAX 1000

enum user_column {
	USER_COLUMN_LOGIN, USER_COLUMN_NAME, USER_COLUMN_DISPLAY_NAME, USER_COLUMN_STAFF_NUMBER,
	USER_COLUMN_DNI, USER_COLUMN_OFFICE, USER_COLUMN_EMAIL, USER_COLUMN_ROLES, USER_COLUMN_QUEUES,
	USER_COLUMN_CHANNELS, USER_COLUMN_GROUPS, USER_COLUMN_CAPACITY, USER_COLUMN_ATTENDS,
	USER_COLUMN_ENABLED, USER_COLUMN_MAX
};

/* "staff_number": its field of struct user, of forms and errors. */
const char *user_column_key(enum user_column column);

/* The words of the file's language; compared without regard to case and accents. */
struct user_import_words {
	const char *titles[USER_COLUMN_MAX];
	const char *yes, *no;
};

enum user_import_kind { USER_IMPORT_NEW, USER_IMPORT_CHANGE, USER_IMPORT_SAME, USER_IMPORT_WRONG };

struct user_import_row {
	size_t line;                   /* of the file, from 1 */
	enum user_import_kind kind;
	int64_t user_id;               /* 0: somebody new */
	struct user user;
	unsigned changes;              /* bits of enum user_column */
	const char *field, *key;       /* of WRONG: as of a form's error */
	const char *what;              /* the word at fault, or "" */
};

struct user_import {
	struct user_import_row *rows; size_t count;
	size_t kinds[USER_IMPORT_WRONG + 1];
};

/* Look at a file as the people stand now. VT_E_INVALID on "file" when it is none, has no column of
 * logins, or one that we do not know (error.import.*, error.csv.*), or nothing but its heading.
 * Everything in ctx->arena. */
int user_import_read(struct vt_ctx *ctx, const struct user_import_words *words, const void *data,
		     size_t size, struct user_import *out) VT_MUST_CHECK;

/* Keep a file that user_import_read took. Own transaction, audited "user.upload". */
int user_import_store(struct vt_ctx *ctx, const char *once, const char *file_name, const void *data,
		      size_t size, int64_t *import_id) VT_MUST_CHECK;

/* One that waits, of ctx->user_id's own; VT_E_NOT_FOUND otherwise. */
struct user_import_file {
	const char *name;
	int64_t at;
	const uint8_t *data; size_t size;
};
int user_import_load(struct vt_ctx *ctx, int64_t import_id, struct user_import_file *out) VT_MUST_CHECK;

/* Make and change everybody in it. VT_E_CONFLICT (error.import.wrong) when a line is wrong by now;
 * else what user_save raises, with *line where. Audited "user.save" each, "user.import" for all.
 * Own transaction. */
int user_import_apply(struct vt_ctx *ctx, const char *once, int64_t import_id,
		      const struct user_import_words *words, size_t *line) VT_MUST_CHECK;

/* Forget it. Own transaction, audited "user.discard". */
int user_import_discard(struct vt_ctx *ctx, int64_t import_id) VT_MUST_CHECK;

#endif
