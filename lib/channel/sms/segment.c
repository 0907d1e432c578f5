#include "base/vt.h"

#include "base/json.h"
#include "base/strbuf.h"
#include "base/utf8.h"
#include "channel/sms/segment.h"

/* What a message holds alone, and each part of a longer one. */
#define GSM_ALONE 160
#define GSM_PART 153
#define UCS2_ALONE 70
#define UCS2_PART 67

/* The basic table beyond letters, digits and the like that ASCII shares with it. */
static const uint32_t basic[] = {
	0xa3, 0xa5, 0xe8, 0xe9, 0xf9, 0xec, 0xf2, 0xc7, 0xd8, 0xf8, 0xc5, 0xe5, 0x394, 0x3a6, 0x393, 0x39b,
	0x3a9, 0x3a0, 0x3a8, 0x3a3, 0x398, 0x39e, 0xc6, 0xe6, 0xdf, 0xc9, 0xa4, 0xa1, 0xc4, 0xd6, 0xd1, 0xdc,
	0xa7, 0xbf, 0xe4, 0xf6, 0xf1, 0xfc, 0xe0,
};

/* Septets of a character; 0: the alphabet has it not. */
static int septets(uint32_t c)
{
	if (c == 0x20ac || c == '\f' || (c && c < 0x80 && strchr("^{}\\[~]|", (int)c)))
		return 2;
	if (c == '\n' || c == '\r')
		return 1;
	if (c < 0x80)
		return c >= ' ' && c != '`' && c != 0x7f;
	for (size_t i = 0; i < VT_COUNT(basic); i++) {
		if (basic[i] == c)
			return 1;
	}
	return 0;
}

static int utf16_units(uint32_t c)
{
	return c > 0xffff ? 2 : 1;
}

static bool is_gsm(const char *text)
{
	uint32_t c;

	for (size_t at = 0, size = strlen(text); at < size; ) {
		at += utf8_decode(text + at, size - at, &c);
		if (!septets(c))
			return false;
	}
	return true;
}

/* No pair of units is cut in two: it goes into the next part whole. */
static int parts(const char *text, int (*units)(uint32_t c), int room, int *left)
{
	size_t size = strlen(text);
	int count = 1, used = 0;
	uint32_t c;

	for (size_t at = 0; at < size; ) {
		at += utf8_decode(text + at, size - at, &c);
		if (used + units(c) > room) {
			count++;
			used = 0;
		}
		used += units(c);
	}
	*left = room - used;
	return count;
}

struct sms_segments sms_segments(const char *text)
{
	struct sms_segments out = { .gsm = is_gsm(text) };
	int (*units)(uint32_t c) = out.gsm ? septets : utf16_units;
	int alone = out.gsm ? GSM_ALONE : UCS2_ALONE, part = out.gsm ? GSM_PART : UCS2_PART;
	size_t size = strlen(text);
	uint32_t c;

	for (size_t at = 0; at < size; ) {
		at += utf8_decode(text + at, size - at, &c);
		out.units += units(c);
	}
	if (out.units <= alone) {
		out.count = out.units > 0;
		out.left = alone - out.units;
	} else {
		out.count = parts(text, units, part, &out.left);
	}
	return out;
}

/* A plain neighbour for each. */
static const struct {
	const char *rich, *plain;
} neighbours[] = {
	{ "áâãªÁÂÃÀ", "aaaaAAAA" }, { "êëÊËÈ", "eeEEE" }, { "íîïÍÎÏÌ", "iiiIIII" },
	{ "óôõºÓÔÕÒ", "ooooOOOO" }, { "úûÚÛÙ", "uuUUU" }, { "çýÿÝ°", "cyyYo" },
	{ "“”„«»‘’‚´`", "\"\"\"\"\"'''''" }, { "–—―‐‑−•·", "--------" }, { "\u00a0\u2009\u202f\t", "    " },
};

static void add_plain(struct strbuf *out, const char *character, size_t bytes)
{
	for (size_t i = 0; i < VT_COUNT(neighbours); i++) {
		const char *rich = neighbours[i].rich;
		size_t size = strlen(rich), at = 0, taken;
		uint32_t c;
		for (size_t index = 0; at < size; index++, at += taken) {
			taken = utf8_decode(rich + at, size - at, &c);
			if (taken != bytes || memcmp(rich + at, character, bytes) != 0)
				continue;
			strbuf_putc(out, neighbours[i].plain[index]);
			return;
		}
	}
	if (bytes == 3 && !memcmp(character, "…", 3))
		strbuf_puts(out, "...");
	else
		strbuf_add(out, character, bytes);
}

const char *sms_plain(struct arena *arena, const char *text)
{
	size_t size = strlen(text), taken;
	struct strbuf out;
	uint32_t c;

	strbuf_init(&out, arena, size + 16);
	for (size_t at = 0; at < size; at += taken) {
		taken = utf8_decode(text + at, size - at, &c);
		if (septets(c))
			strbuf_add(&out, text + at, taken);
		else
			add_plain(&out, text + at, taken);
	}
	return is_gsm(out.data) ? out.data : text;
}

static const char *alphabet(struct vt_ctx *ctx, int size)
{
	char bytes[4];
	struct strbuf out;

	strbuf_init(&out, ctx->arena, 256);
	for (uint32_t c = 1; c <= 0xffff; c++) {
		if (septets(c) == size)
			strbuf_add(&out, bytes, utf8_encode(c, bytes));
	}
	return out.data;
}

static struct json *spellings(struct vt_ctx *ctx)
{
	struct json *plain = json_new_object(ctx);

	for (size_t i = 0; i < VT_COUNT(neighbours); i++) {
		const char *rich = neighbours[i].rich;
		for (size_t at = 0, index = 0, taken; rich[at]; at += taken, index++) {
			uint32_t c;
			taken = utf8_decode(rich + at, strlen(rich + at), &c);
			json_set_str(plain, arena_strndup(ctx->arena, rich + at, taken),
				     arena_strndup(ctx->arena, neighbours[i].plain + index, 1));
		}
	}
	json_set_str(plain, "…", "...");
	return plain;
}

const char *sms_rules(struct vt_ctx *ctx)
{
	static const int sizes[] = { GSM_ALONE, GSM_PART, UCS2_ALONE, UCS2_PART };
	struct json *rules = json_new_object(ctx), *list = json_new_array(ctx);

	json_set_str(rules, "one", alphabet(ctx, 1));
	json_set_str(rules, "two", alphabet(ctx, 2));
	json_set_node(rules, "plain", spellings(ctx));
	for (size_t i = 0; i < VT_COUNT(sizes); i++)
		json_append_i64(list, sizes[i]);
	json_set_node(rules, "sizes", list);
	return json_text(ctx, rules);
}
