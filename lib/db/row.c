#include "base/vt.h"
#include "base/clock.h"
#include "db/connection-private.h"

size_t db_rows(const struct db_result *result)
{
	return (size_t)PQntuples(result->result);
}

int64_t db_affected(const struct db_result *result)
{
	return strtoll(PQcmdTuples(result->result), NULL, 10);
}

/* PQfnumber folds case and copies: too slow for what is asked so often. Names are constants of ours,
 * asked again for every row: where one was found is kept by its address, and tried first. */
static int column_of(const struct db_result *result, const char *name)
{
	struct db_result *kept = (struct db_result *)(uintptr_t)result;
	uintptr_t address = (uintptr_t)name;
	uint8_t *guess = &kept->column_at[(address ^ address >> 6) % VT_COUNT(kept->column_at)];
	int columns = PQnfields(result->result);

	if (*guess < columns && !strcmp(PQfname(result->result, *guess), name))
		return *guess;
	for (int i = 0; i < columns; i++) {
		if (!strcmp(PQfname(result->result, i), name)) {
			*guess = (uint8_t)i;
			return i;
		}
	}
	vt_bug(__FILE__, __LINE__, name);
}

const char *db_text_or_null(const struct db_result *result, size_t row, const char *column)
{
	int at = column_of(result, column);

	if (PQgetisnull(result->result, (int)row, at))
		return NULL;
	return PQgetvalue(result->result, (int)row, at);
}

bool db_is_null(const struct db_result *result, size_t row, const char *column)
{
	return !db_text_or_null(result, row, column);
}

const char *db_text(const struct db_result *result, size_t row, const char *column)
{
	const char *text = db_text_or_null(result, row, column);

	return text ? text : "";
}

int64_t db_i64(const struct db_result *result, size_t row, const char *column)
{
	return strtoll(db_text(result, row, column), NULL, 10);
}

double db_double(const struct db_result *result, size_t row, const char *column)
{
	return strtod(db_text(result, row, column), NULL);
}

bool db_bool(const struct db_result *result, size_t row, const char *column)
{
	return *db_text(result, row, column) == 't';
}

int64_t db_time_us(const struct db_result *result, size_t row, const char *column)
{
	const char *text = db_text_or_null(result, row, column);
	int64_t us;

	if (!text)
		return 0;
	VT_BUG_ON(clock_parse(text, &us) < 0);
	return us;
}

static int hex_digit(char c)
{
	return c <= '9' ? c - '0' : (c | 32) - 'a' + 10;
}

const uint8_t *db_bytes(struct vt_ctx *ctx, const struct db_result *result, size_t row,
			const char *column, size_t *size)
{
	const char *text = db_text_or_null(result, row, column);

	*size = 0;
	if (!text)
		return NULL;
	VT_BUG_ON(strncmp(text, "\\x", 2) != 0);
	*size = strlen(text + 2) / 2;
	uint8_t *data = arena_alloc(ctx->arena, *size + 1);
	for (size_t i = 0; i < *size; i++)
		data[i] = (uint8_t)(hex_digit(text[2 + 2 * i]) << 4 | hex_digit(text[3 + 2 * i]));
	return data;
}

const int64_t *db_i64_array(struct vt_ctx *ctx, const struct db_result *result, size_t row,
			    const char *column, size_t *count)
{
	const char *text = db_text(result, row, column);
	size_t room = 1;

	*count = 0;
	for (const char *c = text; *c; c++)
		room += *c == ',';
	int64_t *list = arena_calloc(ctx->arena, room, sizeof(*list));
	if (*text++ != '{')
		return list;
	while (*text && *text != '}') {
		char *end;
		list[(*count)++] = strtoll(text, &end, 10);
		text = *end == ',' ? end + 1 : end;
	}
	return list;
}
