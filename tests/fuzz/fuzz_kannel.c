/* A call of Kannel's with anything in its query: what the door stores of it is what parse understands. */
#include "tests/fuzz/fuzz.h"
#include "base/utf8.h"
#include "channel/keyword.h"
#include "channel/sms/sms.h"

#define FIELDS 20

/* The input in lines, "name=value"; without a sign it has no name. */
struct query {
	const char *names[FIELDS], *values[FIELDS];
	size_t count;
};

static const char *field(void *data, const char *name)
{
	const struct query *query = data;

	for (size_t i = 0; i < query->count; i++) {
		if (!strcmp(query->names[i], name))
			return query->values[i];
	}
	return NULL;
}

static void read_query(struct arena *arena, const uint8_t *data, size_t size, struct query *query)
{
	char *rest = utf8_repair(arena, (const char *)data, size), *line;

	while ((line = strsep(&rest, "\n")) && query->count < FIELDS) {
		char *value = strchr(line, '=');
		if (!value)
			continue;
		*value++ = '\0';
		query->names[query->count] = line;
		query->values[query->count++] = value;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct query query = { 0 };
	struct channel_piece *pieces;
	struct channel_event *events;
	struct vt_ctx ctx;
	size_t count, events_count;

	fuzz_begin(&ctx);
	read_query(ctx.arena, data, size, &query);
	const struct channel_call call = {
		.method = "GET", .body = "", .header = field, .query = field, .secret = field, .data = &query,
	};
	if (channel_sms.split(&ctx, &call, &pieces, &count) < 0) {
		VT_BUG_ON(ctx.error.code != VT_E_INVALID && ctx.error.code != VT_E_TOO_LARGE);
		count = 0;
	}
	vt_error_clear(&ctx);
	for (size_t i = 0; i < count; i++) {
		VT_BUG_ON(!utf8_valid(pieces[i].raw, pieces[i].size));
		VT_BUG_ON(channel_sms.parse(&ctx, pieces[i].raw, pieces[i].size, &events, &events_count) < 0 ||
			  events_count != 1);
		VT_BUG_ON(!events->provider_id || !channel_event_json(&ctx, events));
		/* A word alone is one of few letters, however it is written. */
		if (events->text && channel_keyword(ctx.arena, "BAJA, STOP", events->text))
			VT_BUG_ON(!strcasestr(utf8_fold(ctx.arena, events->text), "baja") &&
				  !strcasestr(utf8_fold(ctx.arena, events->text), "stop"));
	}
	if (field(&query, "words") && channel_keywords_valid(field(&query, "words")))
		channel_keyword(ctx.arena, field(&query, "words"), field(&query, "text") ? field(&query, "text") : "");
	arena_reset(ctx.arena);
	return 0;
}
