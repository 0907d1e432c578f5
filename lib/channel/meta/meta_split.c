/* A body of several items as bodies of one. */
#include "base/vt.h"
#include "base/json.h"
#include "channel/meta/meta.h"

#define PIECES_MAX 10000

/* The one body that is taken apart, and what came of it. */
struct cutting {
	struct vt_ctx *ctx;
	const struct channel_call *call;
	const char *object;
	struct channel_piece *pieces;
	size_t count, capacity;
};

static struct channel_piece *add(struct cutting *cutting)
{
	struct arena *arena = cutting->ctx->arena;

	if (cutting->count == PIECES_MAX)
		return NULL;
	if (cutting->count == cutting->capacity) {
		struct channel_piece *more;
		cutting->capacity = cutting->capacity ? cutting->capacity * 2 : 8;
		more = arena_calloc(arena, cutting->capacity, sizeof(*more));
		if (cutting->count)
			memcpy(more, cutting->pieces, cutting->count * sizeof(*more));
		cutting->pieces = more;
	}
	return &cutting->pieces[cutting->count++];
}

/* What a change's value holds lists of, and who an item is of: by id, else by number. */
static const struct {
	const char *name, *user, *phone;
	bool report;
} lists[] = {
	{ "messages", "from_user_id", "from", false }, { "statuses", NULL, NULL, true },
	{ "message_echoes", "to_user_id", "to", false }, { "user_preferences", "user_id", "wa_id", false },
};

static bool is_taken_apart(const char *name)
{
	for (size_t i = 0; i < VT_COUNT(lists); i++) {
		if (!strcmp(name, lists[i].name))
			return true;
	}
	return !strcmp(name, "value");
}

/* Who a report is about it says itself: it goes without the contacts of the whole list. */
static void copy_members(struct json *from, struct json *to, bool report)
{
	struct json_member member;
	void *cursor = NULL;

	while (json_object_next(from, &cursor, &member)) {
		if (!is_taken_apart(member.name) && !(report && !strcmp(member.name, "contacts")))
			json_set_node(to, member.name, member.value);
	}
}

/* {"object", "entry":[{"id", "time", list:[item]}]} */
static const char *body_of(struct cutting *cutting, struct json *entry, const char *list, struct json *item)
{
	struct vt_ctx *ctx = cutting->ctx;
	struct json *root = json_new_object(ctx), *entries = json_new_array(ctx);
	struct json *one = json_new_object(ctx), *items = json_new_array(ctx);

	json_set_node(one, "id", json_at(entry, "id"));
	json_set_node(one, "time", json_at(entry, "time"));
	json_append_node(items, item);
	json_set_node(one, list, items);
	json_append_node(entries, one);
	json_set_str(root, "object", cutting->object);
	json_set_node(root, "entry", entries);
	return json_text(ctx, root);
}

static int add_item(struct cutting *cutting, struct json *entry, const char *list, struct json *item,
		    struct channel_piece **piece)
{
	*piece = add(cutting);
	if (!*piece)
		return vt_fail(cutting->ctx, VT_E_INVALID, "more than %d items", PIECES_MAX);
	(*piece)->raw = body_of(cutting, entry, list, item);
	(*piece)->size = strlen((*piece)->raw);
	(*piece)->account = json_str(entry, "id", NULL);
	return 0;
}

/* Of a page or an Instagram account: who is meant is the one that is not the line. */
static int split_messaging(struct cutting *cutting, struct json *entry, const char *list)
{
	struct json *items = json_at(entry, list);

	for (size_t i = 0; i < json_array_size(items); i++) {
		struct json *item = json_array_at(items, i);
		bool echo = json_bool(item, "message.is_echo", false);
		struct channel_piece *piece;
		if (add_item(cutting, entry, list, item, &piece) < 0)
			return -1;
		piece->sender = json_str(item, echo ? "recipient.id" : "sender.id", NULL);
		piece->report = json_at(item, "delivery") || json_at(item, "read");
	}
	return 0;
}

/* The change with one item of its value's list. */
static int add_change(struct cutting *cutting, struct json *entry, struct json *change, size_t which,
		      struct json *item, struct channel_piece **piece)
{
	struct vt_ctx *ctx = cutting->ctx;
	struct json *one = json_new_object(ctx), *value = json_new_object(ctx), *items = json_new_array(ctx);

	copy_members(change, one, false);
	copy_members(json_at(change, "value"), value, lists[which].report);
	json_append_node(items, item);
	json_set_node(value, lists[which].name, items);
	json_set_node(one, "value", value);
	return add_item(cutting, entry, "changes", one, piece);
}

static int split_list(struct cutting *cutting, struct json *entry, struct json *change, size_t which,
		      const char *account)
{
	struct json *items = json_at(json_at(change, "value"), lists[which].name);

	for (size_t i = 0; i < json_array_size(items); i++) {
		struct json *item = json_array_at(items, i);
		struct channel_piece *piece;
		if (add_change(cutting, entry, change, which, item, &piece) < 0)
			return -1;
		piece->account = account;
		piece->report = lists[which].report;
		if (lists[which].user)
			piece->sender = json_str(item, lists[which].user, json_str(item, lists[which].phone, NULL));
	}
	return 0;
}

static int split_change(struct cutting *cutting, struct json *entry, struct json *change)
{
	const char *account = json_str(change, "value.metadata.phone_number_id", json_str(entry, "id", NULL));
	size_t before = cutting->count;
	struct channel_piece *piece;

	for (size_t i = 0; i < VT_COUNT(lists); i++) {
		if (split_list(cutting, entry, change, i, account) < 0)
			return -1;
	}
	if (cutting->count != before)
		return 0;
	if (add_item(cutting, entry, "changes", change, &piece) < 0)
		return -1;
	piece->account = account;
	return 0;
}

static int split_entry(struct cutting *cutting, struct json *entry)
{
	struct json *changes = json_at(entry, "changes");

	for (size_t i = 0; i < json_array_size(changes); i++) {
		if (split_change(cutting, entry, json_array_at(changes, i)) < 0)
			return -1;
	}
	return split_messaging(cutting, entry, "messaging") < 0 ? -1 : split_messaging(cutting, entry, "standby");
}

int meta_split(struct vt_ctx *ctx, const struct channel_call *call, const char *object,
	       struct channel_piece **pieces, size_t *count)
{
	struct cutting cutting = { .ctx = ctx, .call = call, .object = object };
	struct json *root, *entries;

	if (json_parse(ctx, call->body, call->size, META_RAW_MAX, &root) < 0)
		return -1;
	entries = json_at(root, "entry");
	if (strcmp(json_str(root, "object", ""), object) != 0 || !json_is_array(entries))
		return vt_fail(ctx, VT_E_INVALID, "no webhook of a %s", object);
	for (size_t i = 0; i < json_array_size(entries); i++) {
		if (split_entry(&cutting, json_array_at(entries, i)) < 0)
			return -1;
	}
	if (cutting.count == 1) {
		cutting.pieces->raw = call->body;
		cutting.pieces->size = call->size;
	}
	*pieces = cutting.pieces;
	*count = cutting.count;
	return 0;
}
