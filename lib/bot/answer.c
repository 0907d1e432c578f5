#include "base/vt.h"
#include "base/utf8.h"
#include "bot/answer.h"
#include "bot/flow-private.h"
#include "contact/cuit.h"

#define ANSWER_TEXT_MAX 1000

static const char *trimmed(struct vt_ctx *ctx, const char *text)
{
	while (*text && strchr(" \t\r\n", *text))
		text++;
	size_t size = strlen(text);
	while (size && strchr(" \t\r\n", text[size - 1]))
		size--;
	return arena_strndup(ctx->arena, text, size);
}

/* 7 or 8 digits, with or without points. */
static bool read_dni(struct vt_ctx *ctx, const char *text, const char **value)
{
	char digits[9];
	size_t count = 0;

	for (; *text; text++) {
		if (*text >= '0' && *text <= '9') {
			if (count == 8)
				return false;
			digits[count++] = *text;
		} else if (!strchr(" .", *text)) {
			return false;
		}
	}
	digits[count] = '\0';
	*value = arena_strdup(ctx->arena, digits);
	return count >= 7;
}

static bool read_email(struct vt_ctx *ctx, const char *text, const char **value)
{
	const char *at = strchr(text, '@');

	if (!at || at == text || strchr(at + 1, '@') || strlen(text) > 254)
		return false;
	const char *dot = strrchr(at, '.');
	if (!dot || dot == at + 1 || strlen(dot) < 3)
		return false;
	for (const char *c = text; *c; c++) {
		if ((unsigned char)*c <= ' ' || strchr("<>()[],;:\"\\", *c))
			return false;
	}
	*value = arena_strdup(ctx->arena, text);
	return true;
}

/* es-AR: points group thousands, the comma is the decimal mark. "1.234,5" -> "1234.5" */
static bool read_number(struct vt_ctx *ctx, const char *text, const char **value)
{
	char *out = arena_alloc(ctx->arena, strlen(text) + 1);
	size_t used = 0, digits = 0;
	bool decimal = false;

	if (*text == '$')
		text++;
	while (*text == ' ')
		text++;
	if (*text == '-')
		out[used++] = *text++;
	for (; *text; text++) {
		if (*text >= '0' && *text <= '9') {
			out[used++] = *text;
			digits++;
		} else if (*text == ',' && !decimal) {
			out[used++] = '.';
			decimal = true;
		} else if (*text != '.' || decimal) {
			return false;
		}
	}
	*value = out;
	return digits > 0 && digits <= 15;
}

static int days_in_month(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return month == 2 && leap ? 29 : days[month - 1];
}

static bool read_date(struct vt_ctx *ctx, const char *text, const char **value)
{
	int day, month, year, used = 0;

	if (sscanf(text, "%2d%*[/.-]%2d%*[/.-]%4d%n", &day, &month, &year, &used) != 3 || text[used])
		return false;
	if (year < 100)
		year += 2000;
	if (year < 1900 || year > 2200 || month < 1 || month > 12 || day < 1 ||
	    day > days_in_month(year, month))
		return false;
	*value = arena_printf(ctx->arena, "%04d-%02d-%02d", year, month, day);
	return true;
}

bool answer_read(struct vt_ctx *ctx, int kind, const char *raw, const char **value)
{
	const char *text = trimmed(ctx, raw);
	char *cuit;

	if (!*text)
		return false;
	switch ((enum ask_kind)kind) {
	case ASK_TEXT:
		*value = text;
		return utf8_length(text) <= ANSWER_TEXT_MAX;
	case ASK_CUIT:
		cuit = arena_alloc(ctx->arena, CUIT_DIGITS);
		*value = cuit;
		return cuit_parse(text, cuit);
	case ASK_DNI:
		return read_dni(ctx, text, value);
	case ASK_EMAIL:
		return read_email(ctx, text, value);
	case ASK_NUMBER:
		return read_number(ctx, text, value);
	case ASK_DATE:
		return read_date(ctx, text, value);
	case ASK_KIND_MAX:
		break;
	}
	return false;
}
