/* What came with a message beside its words (channel/beside.h), for the thread. */
#include "base/vt.h"
#include "base/json.h"
#include "base/strbuf.h"
#include "web/format.h"
#include "cgi-bin/staff/desk.h"

#include <math.h>

#define DATA_SIZE_MAX (256 * 1024)
#define AMOUNT_MAX 1e15

static void story_fill(struct json *story, struct t_node *item)
{
	if (!story)
		return;
	t_set(item, "story.kind", json_str(story, "kind", "reply"));
	t_set(item, "story.url", json_str(story, "url", NULL));
}

/* 1.500,00 */
static const char *amount(struct vt_ctx *ctx, double value)
{
	int64_t cents = llround(value * 100);

	return arena_printf(ctx->arena, "%s%s,%02d", value < 0 ? "-" : "", format_number(ctx, llabs(cents) / 100),
			    (int)(llabs(cents) % 100));
}

/* Summed only where all of it has a price in one currency. */
struct sum {
	double total;
	const char *currency;
	bool whole;
};

static void order_item(struct vt_ctx *ctx, struct json *given, struct sum *sum, struct t_node *item)
{
	const char *currency = json_str(given, "currency", "");
	int64_t quantity = json_i64(given, "quantity", 1);
	double price = json_double(given, "price", NAN);

	t_set(item, "quantity", format_number(ctx, quantity));
	t_set(item, "id", json_str(given, "id", "?"));
	sum->whole = sum->whole && !isnan(price) && (!sum->currency || !strcmp(sum->currency, currency));
	sum->currency = currency;
	if (isnan(price))
		return;
	sum->total += price * (double)quantity;
	t_set(item, "price", amount(ctx, price));
	t_set(item, "currency", currency);
}

static void order_fill(struct vt_ctx *ctx, struct json *order, struct t_node *item)
{
	struct json *items = json_at(order, "items");
	struct sum sum = { .whole = json_array_size(items) && !json_i64(order, "more", 0) };
	struct t_node *node;

	if (!order)
		return;
	node = t_child(item, "order");
	t_set_bool(node, "shown", true);
	for (size_t i = 0; i < json_array_size(items); i++)
		order_item(ctx, json_array_at(items, i), &sum, t_item(t_child(node, "items")));
	if (json_i64(order, "more", 0))
		t_set(node, "more", format_number(ctx, json_i64(order, "more", 0)));
	if (sum.whole && fabs(sum.total) < AMOUNT_MAX) {
		t_set(node, "total", amount(ctx, sum.total));
		t_set(node, "currency", sum.currency);
	}
}

static void ways_fill(struct json *list, struct t_node *card)
{
	for (size_t i = 0; i < json_array_size(list); i++)
		t_set(t_item(t_child(card, "ways")), "t", json_str(json_array_at(list, i), "", ""));
}

static void cards_fill(struct json *cards, struct t_node *item)
{
	for (size_t i = 0; i < json_array_size(cards); i++) {
		struct json *given = json_array_at(cards, i);
		struct t_node *card = t_item(t_child(item, "cards"));

		t_set(card, "name", json_str(given, "name", NULL));
		t_set(card, "company", json_str(given, "company", NULL));
		ways_fill(json_at(given, "phones"), card);
		ways_fill(json_at(given, "emails"), card);
	}
}

/* By what they came is called as people see it: its title, the word of our link, its number. */
static void referral_fill(struct json *referral, struct t_node *item)
{
	const char *what = json_str(referral, "title", json_str(referral, "ref", json_str(referral, "id", NULL)));

	if (!referral)
		return;
	t_set(item, "referral.kind", json_str(referral, "kind", "other"));
	t_set(item, "referral.what", what);
	t_set(item, "referral.url", json_str(referral, "url", NULL));
}

void desk_beside_fill(struct vt_ctx *ctx, const char *text, struct t_node *item)
{
	struct json *data;

	if (!*text)
		return;
	if (json_parse(ctx, text, strlen(text), DATA_SIZE_MAX, &data) < 0) {
		vt_error_clear(ctx);
		return;
	}
	story_fill(json_at(data, "story"), item);
	order_fill(ctx, json_at(data, "order"), item);
	cards_fill(json_at(data, "cards"), item);
	referral_fill(json_at(data, "referral"), item);
}

static void add_line(struct strbuf *out, const char *line)
{
	strbuf_printf(out, "%s%s", out->size ? "\n" : "", line);
}

static void order_text(struct vt_ctx *ctx, struct json *order, struct strbuf *out)
{
	struct json *items = json_at(order, "items");

	if (order)
		add_line(out, locale_text(ctx, "desk.order.title", NULL));
	for (size_t i = 0; i < json_array_size(items); i++) {
		struct json *item = json_array_at(items, i);
		double price = json_double(item, "price", NAN);
		add_line(out, arena_printf(ctx->arena, "%s × %s", format_number(ctx, json_i64(item, "quantity", 1)),
					   json_str(item, "id", "?")));
		if (!isnan(price))
			strbuf_printf(out, " · %s %s", json_str(item, "currency", ""), amount(ctx, price));
	}
}

static void list_text(struct json *list, struct strbuf *out)
{
	for (size_t i = 0; i < json_array_size(list); i++)
		add_line(out, json_str(json_array_at(list, i), "", ""));
}

const char *desk_beside_text(struct vt_ctx *ctx, const char *text)
{
	struct strbuf out;
	struct json *data;

	strbuf_init(&out, ctx->arena, 128);
	if (!*text)
		return "";
	if (json_parse(ctx, text, strlen(text), DATA_SIZE_MAX, &data) < 0) {
		vt_error_clear(ctx);
		return "";
	}
	const char *story = json_str(data, "story.kind", NULL);
	if (story)
		add_line(&out, locale_text(ctx, arena_printf(ctx->arena, "desk.story.%s", story), NULL));
	order_text(ctx, json_at(data, "order"), &out);
	for (size_t i = 0; i < json_array_size(json_at(data, "cards")); i++) {
		struct json *card = json_array_at(json_at(data, "cards"), i);
		list_text(json_at(card, "phones"), &out);
		list_text(json_at(card, "emails"), &out);
	}
	return out.size ? out.data : "";
}
