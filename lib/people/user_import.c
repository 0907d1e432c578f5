#include "base/vt.h"
#include "base/csv.h"
#include "base/id.h"
#include "base/utf8.h"
#include "people/user_import.h"
#include "db/db.h"
#include "sql_user_import.h"

#define COLUMNS_MAX 60
#define FIELD_MAX 4000                 /* bytes of a cell */
#define CAPACITY_STANDARD 5

static const struct column { const char *key; size_t max; } columns[USER_COLUMN_MAX] = {
	[USER_COLUMN_LOGIN] = { "login", USER_LOGIN_MAX },
	[USER_COLUMN_NAME] = { "name", USER_NAME_MAX },
	[USER_COLUMN_DISPLAY_NAME] = { "display_name", USER_DISPLAY_NAME_MAX },
	[USER_COLUMN_STAFF_NUMBER] = { "staff_number", USER_STAFF_NUMBER_MAX },
	[USER_COLUMN_DNI] = { "dni", USER_DNI_MAX },
	[USER_COLUMN_OFFICE] = { "office", USER_OFFICE_MAX },
	[USER_COLUMN_EMAIL] = { "email", USER_EMAIL_MAX },
	[USER_COLUMN_ROLES] = { "roles", FIELD_MAX },
	[USER_COLUMN_QUEUES] = { "queues", FIELD_MAX },
	[USER_COLUMN_CHANNELS] = { "channels", FIELD_MAX },
	[USER_COLUMN_GROUPS] = { "groups", FIELD_MAX },
	[USER_COLUMN_CAPACITY] = { "capacity", FIELD_MAX },
	[USER_COLUMN_ATTENDS] = { "attends", FIELD_MAX },
	[USER_COLUMN_ENABLED] = { "enabled", FIELD_MAX },
};

/* What a cell may name, as it is compared. */
struct name { const char *kind, *name, *key; int64_t id; };

struct line { size_t number; const char **cells; size_t count; };

/* A file and what it is compared with. */
struct reading {
	const struct user_import_words *words;
	int at[USER_COLUMN_MAX];               /* in the file; -1: not there */
	size_t width;
	struct line *lines; size_t line_count;
	struct name *names; size_t name_count;
	const struct db_result *known, *taken;
	struct user_import *out;
};

const char *user_column_key(enum user_column column)
{
	return columns[column].key;
}

static bool same_word(struct vt_ctx *ctx, const char *a, const char *b)
{
	return !strcmp(utf8_fold(ctx->arena, a), utf8_fold(ctx->arena, b));
}

/* Without space around it, and without the apostrophe that csv_cell puts before a formula. */
static const char *tidy(struct vt_ctx *ctx, const char *text)
{
	size_t size;

	text += strspn(text, " \t\r\n");
	if (text[0] == '\'' && text[1] && strchr("=+-@", text[1]))
		text++;
	for (size = strlen(text); size && strchr(" \t\r\n", text[size - 1]); )
		size--;
	return arena_strndup(ctx->arena, text, size);
}

/* --- The file ---------------------------------------------------------------------------------- */

static int read_heading(struct vt_ctx *ctx, const struct csv_row *row, struct reading *reading)
{
	for (int column = 0; column < USER_COLUMN_MAX; column++)
		reading->at[column] = -1;
	reading->width = row->count;
	for (size_t i = 0; i < row->count; i++) {
		const char *title = tidy(ctx, row->fields[i]);
		int found = -1;
		for (int column = 0; column < USER_COLUMN_MAX && *title; column++) {
			if (same_word(ctx, title, reading->words->titles[column]))
				found = column;
		}
		if (*title && found < 0)
			return vt_fail_field(ctx, "file", "error.import.column", "column %zu is unknown", i + 1);
		if (found >= 0 && reading->at[found] >= 0)
			return vt_fail_field(ctx, "file", "error.import.twice", "column %zu comes twice", i + 1);
		if (found >= 0)
			reading->at[found] = (int)i;
	}
	if (reading->at[USER_COLUMN_LOGIN] < 0)
		return vt_fail_field(ctx, "file", "error.import.login", "no column of logins");
	return 0;
}

/* An error of the file as a whole is beside its field. */
static int of_file(struct vt_ctx *ctx)
{
	if (ctx->error.code == VT_E_INVALID || ctx->error.code == VT_E_TOO_LARGE) {
		ctx->error.code = VT_E_INVALID;
		snprintf(ctx->error.field, sizeof(ctx->error.field), "file");
	}
	return -1;
}

static int read_lines(struct vt_ctx *ctx, const void *data, size_t size, struct reading *reading)
{
	static const struct csv_limits limits = {
		.rows = USER_IMPORT_ROWS_MAX + 1, .columns = COLUMNS_MAX, .field_bytes = FIELD_MAX,
	};
	struct csv_reader *csv;
	struct csv_row row;
	int more;

	if (csv_open(ctx, data, size, &limits, &csv) < 0 || (more = csv_next(ctx, csv, &row)) < 0)
		return of_file(ctx);
	if (!more)
		return vt_fail_field(ctx, "file", "error.file.empty", "an empty file");
	if (read_heading(ctx, &row, reading) < 0)
		return -1;
	reading->lines = arena_calloc(ctx->arena, USER_IMPORT_ROWS_MAX, sizeof(*reading->lines));
	while ((more = csv_next(ctx, csv, &row)) > 0) {
		struct line *line = &reading->lines[reading->line_count++];
		line->number = row.line;
		line->count = row.count;
		line->cells = arena_memdup(ctx->arena, row.fields, row.count * sizeof(*row.fields));
	}
	if (more < 0)
		return of_file(ctx);
	if (!reading->line_count)
		return vt_fail_field(ctx, "file", "error.import.none", "nothing but a heading");
	return 0;
}

/* NULL: the file has no such column. */
static const char *cell(struct vt_ctx *ctx, const struct reading *reading, const struct line *line,
			enum user_column column)
{
	int at = reading->at[column];

	if (at < 0)
		return NULL;
	return (size_t)at < line->count ? tidy(ctx, line->cells[at]) : "";
}

/* --- A line ------------------------------------------------------------------------------------ */

static int read_text(struct vt_ctx *ctx, const struct reading *reading, const struct line *line,
		     enum user_column column, const char **out)
{
	const char *text = cell(ctx, reading, line, column);

	if (!text)
		return 0;
	if (utf8_length(text) > columns[column].max)
		return vt_fail_field(ctx, columns[column].key, "error.too_long", "too long");
	*out = text;
	return 0;
}

static int read_switch(struct vt_ctx *ctx, const struct reading *reading, const struct line *line,
		       enum user_column column, bool *out)
{
	const char *text = cell(ctx, reading, line, column);

	if (!text)
		return 0;
	if (!strcmp(text, "1") || same_word(ctx, text, "x") || same_word(ctx, text, reading->words->yes)) {
		*out = true;
		return 0;
	}
	if (*text && strcmp(text, "0") != 0 && !same_word(ctx, text, reading->words->no))
		return vt_fail_field(ctx, columns[column].key, "error.import.switch", "neither yes nor no");
	*out = false;
	return 0;
}

static int64_t id_of(struct vt_ctx *ctx, const struct reading *reading, const char *kind, const char *text)
{
	const char *wanted = utf8_fold(ctx->arena, text);

	for (size_t i = 0; i < reading->name_count; i++) {
		const struct name *name = &reading->names[i];
		if (!strcmp(name->kind, kind) && (!strcmp(name->name, wanted) ||
		    (*name->key && !strcmp(name->key, wanted))))
			return name->id;
	}
	return 0;
}

static int by_value(const void *a, const void *b)
{
	int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;

	return (left > right) - (left < right);
}

/* "Planes de pago | Automotores", and commas for who is used to them. */
static int read_names(struct vt_ctx *ctx, const struct reading *reading, const struct line *line,
		      enum user_column column, const char *kind, struct user_import_row *row,
		      const int64_t **ids, size_t *count)
{
	const char *text = cell(ctx, reading, line, column);
	int64_t *out, whole;
	char *next;

	if (!text)
		return 0;
	*count = 0;
	*ids = out = arena_calloc(ctx->arena, USER_CHOICES_MAX, sizeof(*out));
	if (*text && (whole = id_of(ctx, reading, kind, text))) {
		out[(*count)++] = whole;
		return 0;
	}
	next = arena_strdup(ctx->arena, text);
	for (char *part = strsep(&next, "|,;"); part; part = strsep(&next, "|,;")) {
		row->what = tidy(ctx, part);
		if (!*row->what)
			continue;
		int64_t id = id_of(ctx, reading, kind, row->what);
		if (!id || *count == USER_CHOICES_MAX)
			return vt_fail_field(ctx, columns[column].key, "error.import.unknown", "no such name");
		out[(*count)++] = id;
	}
	row->what = "";
	qsort(out, *count, sizeof(*out), by_value);
	return 0;
}

static int read_capacity(struct vt_ctx *ctx, const struct reading *reading, const struct line *line,
			 int64_t *out)
{
	const char *text = cell(ctx, reading, line, USER_COLUMN_CAPACITY);

	if (!text || !*text)
		return 0;
	if (id_parse(text, 0, USER_CAPACITY_MAX, out) < 0)
		return vt_fail_field(ctx, "capacity", "error.range", "no capacity");
	return 0;
}

/* What the line says, on top of who is there already. */
static int read_line(struct vt_ctx *ctx, const struct reading *reading, const struct line *line,
		     struct user_import_row *row)
{
	struct user *user = &row->user;

	if (line->count > reading->width)
		return vt_fail_field(ctx, "file", "error.import.cells", "more cells than columns");
	if (read_text(ctx, reading, line, USER_COLUMN_LOGIN, &user->login) < 0 ||
	    read_text(ctx, reading, line, USER_COLUMN_NAME, &user->name) < 0 ||
	    read_text(ctx, reading, line, USER_COLUMN_DISPLAY_NAME, &user->display_name) < 0 ||
	    read_text(ctx, reading, line, USER_COLUMN_STAFF_NUMBER, &user->staff_number) < 0 ||
	    read_text(ctx, reading, line, USER_COLUMN_DNI, &user->dni) < 0 ||
	    read_text(ctx, reading, line, USER_COLUMN_OFFICE, &user->office) < 0 ||
	    read_text(ctx, reading, line, USER_COLUMN_EMAIL, &user->email) < 0 ||
	    read_names(ctx, reading, line, USER_COLUMN_ROLES, "role", row, &user->role_ids,
		       &user->role_count) < 0 ||
	    read_names(ctx, reading, line, USER_COLUMN_QUEUES, "queue", row, &user->queue_ids,
		       &user->queue_count) < 0 ||
	    read_names(ctx, reading, line, USER_COLUMN_CHANNELS, "channel", row, &user->channel_ids,
		       &user->channel_count) < 0 ||
	    read_names(ctx, reading, line, USER_COLUMN_GROUPS, "group", row, &user->group_ids,
		       &user->group_count) < 0 ||
	    read_capacity(ctx, reading, line, &user->capacity) < 0 ||
	    read_switch(ctx, reading, line, USER_COLUMN_ATTENDS, &user->attends) < 0 ||
	    read_switch(ctx, reading, line, USER_COLUMN_ENABLED, &user->enabled) < 0)
		return -1;
	if (!*user->login || !*user->name)
		return vt_fail_field(ctx, *user->login ? "name" : "login", "error.required", "missing");
	return user_tidy(ctx, user);
}

/* Who the line is about, as they stand; of somebody new, what they begin with. */
static void begin_row(struct vt_ctx *ctx, const struct reading *reading, const char *login,
		      struct user_import_row *row)
{
	const struct db_result *known = reading->known;
	struct user *user = &row->user;

	*user = (struct user){ .login = login, .name = "", .display_name = "", .staff_number = "", .dni = "",
			       .office = "", .email = "", .enabled = true, .capacity = CAPACITY_STANDARD };
	row->what = "";
	for (size_t i = 0; i < db_rows(known); i++) {
		if (strcasecmp(db_text(known, i, "login"), login) != 0)
			continue;
		row->user_id = db_i64(known, i, "user_id");
		user->name = db_text(known, i, "name");
		user->display_name = db_text(known, i, "display_name");
		user->staff_number = db_text(known, i, "staff_number");
		user->dni = db_text(known, i, "dni");
		user->office = db_text(known, i, "office");
		user->email = db_text(known, i, "email");
		user->enabled = db_bool(known, i, "enabled");
		user->attends = db_bool(known, i, "attends");
		user->capacity = db_i64(known, i, "capacity");
		user->role_ids = db_i64_array(ctx, known, i, "role_ids", &user->role_count);
		user->queue_ids = db_i64_array(ctx, known, i, "queue_ids", &user->queue_count);
		user->channel_ids = db_i64_array(ctx, known, i, "channel_ids", &user->channel_count);
		user->group_ids = db_i64_array(ctx, known, i, "group_ids", &user->group_count);
	}
}

static bool shared(const char *a, const char *b)
{
	return *a && !strcasecmp(a, b);
}

/* Somebody else's, in the house or on a line above. */
static int check_taken(struct vt_ctx *ctx, const struct reading *reading, const struct user_import_row *row)
{
	const struct user *user = &row->user;

	for (const struct user_import_row *other = reading->out->rows; other < row; other++) {
		if (shared(user->login, other->user.login))
			return vt_fail_field(ctx, "login", "error.import.again", "twice in the file");
		if (shared(user->staff_number, other->user.staff_number))
			return vt_fail_field(ctx, "staff_number", "error.import.again", "twice in the file");
		if (shared(user->dni, other->user.dni))
			return vt_fail_field(ctx, "dni", "error.import.again", "twice in the file");
		if (shared(user->email, other->user.email))
			return vt_fail_field(ctx, "email", "error.import.again", "twice in the file");
	}
	for (size_t i = 0; i < db_rows(reading->taken); i++) {
		if (db_i64(reading->taken, i, "user_id") == row->user_id)
			continue;
		if (shared(user->staff_number, db_text(reading->taken, i, "staff_number")))
			return vt_fail_field(ctx, "staff_number", "error.taken", "somebody else's");
		if (shared(user->dni, db_text(reading->taken, i, "dni")))
			return vt_fail_field(ctx, "dni", "error.taken", "somebody else's");
		if (shared(user->email, db_text(reading->taken, i, "email")))
			return vt_fail_field(ctx, "email", "error.taken", "somebody else's");
	}
	return 0;
}

static unsigned text_bit(enum user_column column, const char *before, const char *after)
{
	return strcmp(before, after) ? 1u << column : 0;
}

static unsigned ids_bit(enum user_column column, const int64_t *before, size_t before_count,
			const int64_t *after, size_t after_count)
{
	bool same = before_count == after_count &&
		(!before_count || !memcmp(before, after, before_count * sizeof(*before)));

	return same ? 0 : 1u << column;
}

static unsigned changes_of(const struct user *before, const struct user *after)
{
	unsigned bits = 0;

	bits |= text_bit(USER_COLUMN_NAME, before->name, after->name);
	bits |= text_bit(USER_COLUMN_DISPLAY_NAME, before->display_name, after->display_name);
	bits |= text_bit(USER_COLUMN_STAFF_NUMBER, before->staff_number, after->staff_number);
	bits |= text_bit(USER_COLUMN_DNI, before->dni, after->dni);
	bits |= text_bit(USER_COLUMN_OFFICE, before->office, after->office);
	bits |= text_bit(USER_COLUMN_EMAIL, before->email, after->email);
	bits |= ids_bit(USER_COLUMN_ROLES, before->role_ids, before->role_count, after->role_ids,
			after->role_count);
	bits |= ids_bit(USER_COLUMN_QUEUES, before->queue_ids, before->queue_count, after->queue_ids,
			after->queue_count);
	bits |= ids_bit(USER_COLUMN_CHANNELS, before->channel_ids, before->channel_count,
			after->channel_ids, after->channel_count);
	bits |= ids_bit(USER_COLUMN_GROUPS, before->group_ids, before->group_count, after->group_ids,
			after->group_count);
	bits |= before->capacity != after->capacity ? 1u << USER_COLUMN_CAPACITY : 0;
	bits |= before->attends != after->attends ? 1u << USER_COLUMN_ATTENDS : 0;
	return bits | (before->enabled != after->enabled ? 1u << USER_COLUMN_ENABLED : 0);
}

/* --- All of it --------------------------------------------------------------------------------- */

static void keep_names(struct vt_ctx *ctx, const struct db_result *names, struct reading *reading)
{
	reading->name_count = db_rows(names);
	reading->names = arena_calloc(ctx->arena, reading->name_count + 1, sizeof(*reading->names));
	for (size_t row = 0; row < reading->name_count; row++) {
		struct name *name = &reading->names[row];
		name->kind = db_text(names, row, "kind");
		name->id = db_i64(names, row, "id");
		name->name = utf8_fold(ctx->arena, db_text(names, row, "name"));
		name->key = utf8_fold(ctx->arena, db_text(names, row, "key"));
	}
}

static int ask(struct vt_ctx *ctx, struct reading *reading)
{
	size_t count = reading->line_count;
	const char **logins = arena_calloc(ctx->arena, count, sizeof(*logins));
	struct db_result *names, *known;

	for (size_t i = 0; i < count; i++) {
		char *login = arena_strdup(ctx->arena, cell(ctx, reading, &reading->lines[i], USER_COLUMN_LOGIN));
		for (char *at = login; *at; at++)
			*at = (char)(*at >= 'A' && *at <= 'Z' ? *at - 'A' + 'a' : *at);
		logins[i] = login;
	}
	if (db_query(ctx, &names, &SQL_USER_IMPORT_NAMES, "") < 0 ||
	    db_query(ctx, &known, &SQL_USER_IMPORT_KNOWN, "S", logins, count) < 0)
		return -1;
	keep_names(ctx, names, reading);
	reading->known = known;
	return 0;
}

static int ask_taken(struct vt_ctx *ctx, struct reading *reading)
{
	size_t count = reading->out->count;
	const char **texts = arena_calloc(ctx->arena, 3 * count, sizeof(*texts));
	struct db_result *taken;

	for (size_t i = 0; i < count; i++) {
		const struct user *user = &reading->out->rows[i].user;
		texts[i] = utf8_fold(ctx->arena, user->staff_number);
		texts[count + i] = user->dni;
		texts[2 * count + i] = utf8_fold(ctx->arena, user->email);
	}
	if (db_query(ctx, &taken, &SQL_USER_IMPORT_TAKEN, "SSS", texts, count, texts + count, count,
		     texts + 2 * count, count) < 0)
		return -1;
	reading->taken = taken;
	return 0;
}

/* The error goes to its line; any other kind goes on. */
static int wrong(struct vt_ctx *ctx, struct user_import_row *row)
{
	if (ctx->error.code != VT_E_INVALID)
		return -1;
	row->kind = USER_IMPORT_WRONG;
	row->field = arena_strdup(ctx->arena, ctx->error.field);
	row->key = arena_strdup(ctx->arena, ctx->error.key);
	vt_error_clear(ctx);
	return 0;
}

static int read_rows(struct vt_ctx *ctx, struct reading *reading)
{
	struct user_import *out = reading->out;

	for (size_t i = 0; i < out->count; i++) {
		struct user_import_row *row = &out->rows[i];
		const struct line *line = &reading->lines[i];
		row->line = line->number;
		begin_row(ctx, reading, cell(ctx, reading, line, USER_COLUMN_LOGIN), row);
		struct user before = row->user;
		if (read_line(ctx, reading, line, row) < 0) {
			if (wrong(ctx, row) < 0)
				return -1;
			continue;
		}
		row->changes = changes_of(&before, &row->user);
		row->kind = !row->user_id ? USER_IMPORT_NEW : row->changes ? USER_IMPORT_CHANGE : USER_IMPORT_SAME;
	}
	return 0;
}

int user_import_read(struct vt_ctx *ctx, const struct user_import_words *words, const void *data,
		     size_t size, struct user_import *out)
{
	struct reading reading = { .words = words, .out = out };

	*out = (struct user_import){ 0 };
	if (size > USER_IMPORT_SIZE_MAX)
		return vt_fail_field(ctx, "file", "error.csv.size", "%zu bytes", size);
	if (read_lines(ctx, data, size, &reading) < 0 || ask(ctx, &reading) < 0)
		return -1;
	out->count = reading.line_count;
	out->rows = arena_calloc(ctx->arena, out->count, sizeof(*out->rows));
	if (read_rows(ctx, &reading) < 0 || ask_taken(ctx, &reading) < 0)
		return -1;
	for (size_t i = 0; i < out->count; i++) {
		struct user_import_row *row = &out->rows[i];
		if (row->kind != USER_IMPORT_WRONG && check_taken(ctx, &reading, row) < 0 && wrong(ctx, row) < 0)
			return -1;
		out->kinds[row->kind]++;
	}
	return 0;
}
