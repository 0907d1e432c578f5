#include "base/vt.h"
#include "base/clock.h"
#include "base/strbuf.h"
#include "routing/reason.h"

static int64_t available_s(const struct vt_ctx *ctx, const struct candidate *candidate)
{
	int64_t seconds = (ctx->now_us - candidate->available_since) / CLOCK_SECOND;

	return seconds > 0 ? seconds : 0;
}

static void figures(struct vt_ctx *ctx, struct strbuf *out, const struct candidate *candidate)
{
	strbuf_printf(out, "\"open_count\":%d,\"capacity\":%d,\"available_s\":%" PRId64 ",\"closed_today\":%d",
		      candidate->open_count, candidate->capacity, available_s(ctx, candidate),
		      candidate->closed_today);
}

static void named(struct vt_ctx *ctx, struct strbuf *out, const struct candidate *candidate)
{
	strbuf_printf(out, "{\"user_id\":%" PRId64 ",\"name\":\"", candidate->user_id);
	strbuf_json(out, candidate->name);
	strbuf_puts(out, "\",");
	figures(ctx, out, candidate);
	strbuf_putc(out, '}');
}

static void other(struct vt_ctx *ctx, struct strbuf *out, const struct candidate *candidate)
{
	strbuf_printf(out, "[%" PRId64 ",%d,%d,%" PRId64 ",%d]", candidate->user_id, candidate->open_count,
		      candidate->capacity, available_s(ctx, candidate), candidate->closed_today);
}

struct ranked { int strategy; const struct candidate *candidate; };

static int better(const void *a, const void *b)
{
	const struct ranked *one = a, *two = b;

	return strategy_compare(one->strategy, one->candidate, two->candidate);
}

/* Those who could, the best first. */
static struct ranked *rank(struct vt_ctx *ctx, const struct waiting *waiting,
			   const struct candidate *candidates, size_t count, size_t *fit)
{
	struct ranked *list = arena_calloc(ctx->arena, count + 1, sizeof(*list));

	*fit = 0;
	for (size_t i = 0; i < count; i++) {
		if (candidate_fits(&candidates[i], waiting->queue_id, waiting->channel_id))
			list[(*fit)++] = (struct ranked){ waiting->strategy, &candidates[i] };
	}
	qsort(list, *fit, sizeof(*list), better);
	return list;
}

const char *reason_text(struct vt_ctx *ctx, const struct waiting *waiting,
			const struct candidate *candidates, size_t count, int chosen, bool preferred)
{
	struct strbuf out;
	size_t fit;
	const struct ranked *list = rank(ctx, waiting, candidates, count, &fit);

	strbuf_init(&out, ctx->arena, 2048);
	strbuf_printf(&out, "{\"rule\":\"%s\",",
		      preferred ? "preferred" : code_name("strategy", waiting->strategy));
	figures(ctx, &out, &candidates[chosen]);
	strbuf_puts(&out, ",\"candidates\":[");
	for (size_t i = 0; i < fit && i < REASON_NAMED_MAX; i++) {
		if (i)
			strbuf_putc(&out, ',');
		named(ctx, &out, list[i].candidate);
	}
	strbuf_puts(&out, "],\"others\":[");
	for (size_t i = REASON_NAMED_MAX; i < fit && i < REASON_NAMED_MAX + REASON_OTHERS_MAX; i++) {
		if (i > REASON_NAMED_MAX)
			strbuf_putc(&out, ',');
		other(ctx, &out, list[i].candidate);
	}
	strbuf_printf(&out, "],\"candidate_count\":%zu}", fit);
	return out.data;
}
