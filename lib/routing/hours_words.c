#include "base/vt.h"
#include "base/clock.h"
#include "base/strbuf.h"
#include "routing/hours.h"

static const char *skip_blanks(const char *text)
{
	return text + strspn(text, " \t");
}

static bool read_number(const char **text, int *out)
{
	size_t digits = strspn(*text, "0123456789");

	if (!digits || digits > 2)
		return false;
	*out = 0;
	for (; digits; digits--)
		*out = *out * 10 + (*(*text)++ - '0');
	return true;
}

/* "8", "8:30", "08.30", "24:00". */
static bool read_minute(const char **text, int *out)
{
	int hour, minute = 0;

	*text = skip_blanks(*text);
	if (!read_number(text, &hour))
		return false;
	if (**text == ':' || **text == '.') {
		(*text)++;
		if (!read_number(text, &minute))
			return false;
	}
	*text = skip_blanks(*text);
	*out = hour * 60 + minute;
	return minute < 60 && *out <= HOURS_DAY;
}

/* What people put between two times: a hyphen, a dash, or "a". */
static bool read_dash(const char **text)
{
	static const char *const dashes[] = { "-", "–", "a" };

	for (size_t i = 0; i < VT_COUNT(dashes); i++) {
		size_t size = strlen(dashes[i]);
		if (!strncmp(*text, dashes[i], size)) {
			*text += size;
			return true;
		}
	}
	return false;
}

/* Insert in order; over another is refused. */
static bool insert(struct hours_range *ranges, size_t *count, struct hours_range one)
{
	size_t at = *count;

	for (size_t i = 0; i < *count; i++) {
		if (one.from_minute < ranges[i].to_minute && ranges[i].from_minute < one.to_minute)
			return false;
	}
	while (at && ranges[at - 1].from_minute > one.from_minute) {
		ranges[at] = ranges[at - 1];
		at--;
	}
	ranges[at] = one;
	(*count)++;
	return true;
}

bool hours_ranges_read(const char *text, struct hours_range ranges[HOURS_RANGES_MAX], size_t *count)
{
	*count = 0;
	text = skip_blanks(text);
	while (*text) {
		struct hours_range one;
		if (*count == HOURS_RANGES_MAX || !read_minute(&text, &one.from_minute) ||
		    !read_dash(&text) || !read_minute(&text, &one.to_minute) ||
		    one.from_minute >= one.to_minute || !insert(ranges, count, one))
			return false;
		if (*text == ',' || *text == ';' || *text == 'y')
			text = skip_blanks(text + 1);
		else if (*text)
			return false;
	}
	return true;
}

const char *hours_ranges_write(struct vt_ctx *ctx, const struct hours_range *ranges, size_t count)
{
	struct strbuf out;

	strbuf_init(&out, ctx->arena, 64);
	for (size_t i = 0; i < count; i++)
		strbuf_printf(&out, "%s%02d:%02d-%02d:%02d", i ? ", " : "", ranges[i].from_minute / 60,
			      ranges[i].from_minute % 60, ranges[i].to_minute / 60,
			      ranges[i].to_minute % 60);
	return out.data;
}

struct words { char day[16], hour[16]; const char *holiday; };

static void words_of(struct words *words, const struct hours *hours, enum hours_scope scope,
		     int64_t scope_id, int64_t at)
{
	int64_t opens = hours_opens_at(hours, scope, scope_id, at);
	struct hours_verdict verdict;
	struct clock_local local;

	*words = (struct words){ .holiday = "" };
	hours_at(hours, scope, scope_id, at, &verdict);
	if (verdict.name)
		words->holiday = verdict.name;
	if (!opens)
		return;
	clock_local(opens, &local);
	snprintf(words->day, sizeof(words->day), "%02d/%02d", local.day, local.month);
	snprintf(words->hour, sizeof(words->hour), "%02d:%02d", local.hour, local.minute);
}

const char *hours_fill(struct vt_ctx *ctx, const char *text, const struct hours *hours,
		       enum hours_scope scope, int64_t scope_id, int64_t at)
{
	struct words words;
	struct strbuf out;

	words_of(&words, hours, scope, scope_id, at);
	const struct { const char *name, *value; } names[] = {
		{ "{dia}", words.day }, { "{hora}", words.hour }, { "{feriado}", words.holiday },
	};
	strbuf_init(&out, ctx->arena, strlen(text) + 64);
	while (*text) {
		size_t i = 0;
		while (i < VT_COUNT(names) && strncmp(text, names[i].name, strlen(names[i].name)) != 0)
			i++;
		if (i < VT_COUNT(names)) {
			strbuf_puts(&out, names[i].value);
			text += strlen(names[i].name);
		} else {
			strbuf_putc(&out, *text++);
		}
	}
	return out.data;
}
