#include "base/vt.h"
#include "base/codes.h"
#include "base/id.h"
#include "base/strbuf.h"
#include "base/utf8.h"
#include "cgi-bin/staff/board.h"
#include "sql_board.h"

static const char *const list_names[BOARD_LISTS] = {
	[BOARD_OPERATORS] = "operator", [BOARD_MESSENGERS] = "messenger",
	[BOARD_CHANNELS] = "channel", [BOARD_QUEUES] = "queue",
	[BOARD_CUITS] = "cuit",
};

const char *const board_lanes_names[BOARD_HELD + 1] = {
	[BOARD_BOT] = "bot", [BOARD_WAITING] = "waiting", [BOARD_ACTIVE] = "active",
	[BOARD_CLOSED] = "closed", [BOARD_HELD] = "held",
};

static int list_by_name(const char *name)
{
	for (int list = 0; list < BOARD_LISTS; list++) {
		if (!strcmp(list_names[list], name))
			return list;
	}
	return -1;
}

static int lane_by_name(const char *name)
{
	for (size_t lane = 1; lane < VT_COUNT(board_lanes_names); lane++) {
		if (!strcmp(board_lanes_names[lane], name))
			return (int)lane;
	}
	return 0;
}

static bool has(const struct board_filter *filter, int list, int64_t id)
{
	for (size_t i = 0; i < filter->lists[list].count; i++) {
		if (filter->lists[list].ids[i] == id)
			return true;
	}
	return false;
}

static void read_id(struct board_filter *filter, int list, const char *text)
{
	size_t *count = &filter->lists[list].count;
	int64_t id;

	if (*count == BOARD_CHOICES_MAX || id_parse(text, 1, INT64_MAX, &id) < 0 || has(filter, list, id))
		return;
	filter->lists[list].ids[(*count)++] = id;
}

/* Without what surrounds it, and no longer than a name. */
static const char *words(struct vt_ctx *ctx, const char *text)
{
	size_t size;

	text += strspn(text, " \t\r\n");
	size = utf8_prefix(text, BOARD_WORDS_MAX);
	while (size && strchr(" \t\r\n", text[size - 1]))
		size--;
	return arena_strndup(ctx->arena, text, size);
}

void board_filter_read(struct vt_ctx *ctx, const struct pairs *pairs, struct board_filter *out)
{
	*out = (struct board_filter){ .words = "" };
	for (size_t i = 0; i < pairs->count; i++) {
		const struct pair *pair = &pairs->items[i];
		int list = list_by_name(pair->name);
		if (list >= 0)
			read_id(out, list, pair->value);
		else if (!strcmp(pair->name, "q"))
			out->words = words(ctx, pair->value);
		else if (!strcmp(pair->name, "lane"))
			out->lane = lane_by_name(pair->value);
	}
}

const char *board_filter_query(struct vt_ctx *ctx, const struct board_filter *filter, int lane)
{
	struct strbuf query;
	const char *separator = "";

	strbuf_init(&query, ctx->arena, 128);
	for (int list = 0; list < BOARD_LISTS; list++) {
		for (size_t i = 0; i < filter->lists[list].count; i++) {
			strbuf_printf(&query, "%s%s=%" PRId64, separator, list_names[list],
				      filter->lists[list].ids[i]);
			separator = "&";
		}
	}
	if (*filter->words) {
		strbuf_printf(&query, "%sq=", separator);
		strbuf_url(&query, filter->words);
		separator = "&";
	}
	if (lane)
		strbuf_printf(&query, "%slane=%s", separator, board_lanes_names[lane]);
	return query.data;
}

int board_filter_ask(struct vt_ctx *ctx, const struct session *session)
{
	return db_pipe_add(ctx, 0, &SQL_BOARD_CHOICES, "ibb", STAFF_VIEWER(session));
}

static void option(struct vt_ctx *ctx, const struct board_filter *filter, int list, int64_t id,
		   const char *label, struct t_node *page)
{
	struct t_node *node = t_child(t_child(page, "filter"), list_names[list]);
	struct t_node *item = t_item(t_child(node, "options"));
	bool chosen = has(filter, list, id);

	t_set_i64(item, "key", id);
	t_set(item, "label", label);
	t_set_bool(item, "chosen", chosen);
	t_set_i64(node, "count", (int64_t)filter->lists[list].count);
	if (chosen && filter->lists[list].count == 1)
		t_set(node, "one", arena_strdup(ctx->arena, label));
}

void board_filter_fill(struct vt_ctx *ctx, const struct session *session, const struct board_filter *filter,
		       const struct db_result *choices, struct t_node *page)
{
	struct t_node *node = t_child(page, "filter");
	unsigned messengers = 0;

	t_set(node, "q", filter->words);
	t_set_bool(node, "any", *board_filter_query(ctx, filter, 0) != '\0');
	t_set(node, "lane", filter->lane ? board_lanes_names[filter->lane] : NULL);
	for (size_t row = 0; row < db_rows(choices); row++) {
		int list = list_by_name(db_text(choices, row, "kind"));
		int64_t messenger = db_i64(choices, row, "messenger");
		if (list < 0)
			continue;
		option(ctx, filter, list, db_i64(choices, row, "id"), db_text(choices, row, "name"), page);
		if (messenger > 0 && messenger < 32)
			messengers |= 1U << messenger;
	}
	for (int state = CUIT_NONE; session->sight.shows[FIELD_CUIT] == FIELD_SEEN && state <= CUIT_VALIDATED; state++)
		option(ctx, filter, BOARD_CUITS, state + 1,
		       locale_text(ctx, arena_printf(ctx->arena, "board.filter.cuit_state.%s",
						     code_name("cuit_state", state)), (const char *)NULL), page);
	for (int messenger = 1; messenger < 32; messenger++) {
		if (messengers & 1U << messenger)
			option(ctx, filter, BOARD_MESSENGERS, messenger,
			       locale_text(ctx, arena_printf(ctx->arena, "messenger.%s",
							     code_name("messenger", messenger)),
					   (const char *)NULL), page);
	}
}
