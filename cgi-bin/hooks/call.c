#include "base/vt.h"

#include "base/log.h"
#include "base/utf8.h"
#include "db/db.h"
#include "db/wake.h"
#include "sql_hooks.h"
#include "cgi-bin/hooks/door.h"

#define PIECES_MAX 2000
#define HEADER_MAX 64

/* What the network's functions may ask of a call. */
struct asked {
	const struct request *request;
	const struct line *line;
};

/* "X-Hub-Signature-256" as FastCGI names it. */
static const char *header(void *data, const char *name)
{
	const struct asked *asked = data;
	char key[HEADER_MAX];
	size_t size = 0;

	for (; name[size] && size + 1 < sizeof(key); size++) {
		char c = name[size];
		key[size] = (char)(c == '-' ? '_' : c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
	}
	key[size] = '\0';
	const char *value = request_header(asked->request, key);
	return *value ? value : NULL;
}

static const char *query(void *data, const char *name)
{
	const struct asked *asked = data;
	const char *value = request_query(asked->request, name);

	return *value ? value : NULL;
}

static const char *secret(void *data, const char *name)
{
	const struct asked *asked = data;

	return line_secret(asked->line, name);
}

static struct channel_call call_of(struct asked *asked)
{
	return (struct channel_call){
		.method = asked->request->method, .body = asked->request->body,
		.size = asked->request->body_size, .header = header, .query = query, .secret = secret,
		.data = asked,
	};
}

/* The rows to be. */
struct rows {
	int64_t *channels, *lanes;
	const char **raws;
	size_t count;
	bool woken[CHANNEL_LANE_REPORTS + 1];
};

static void add_row(struct vt_ctx *ctx, struct rows *rows, int64_t channel_id,
		    const struct channel_piece *piece)
{
	int lane = piece->report ? CHANNEL_LANE_REPORTS : channel_lane(channel_id, piece->sender);

	rows->channels[rows->count] = channel_id;
	rows->lanes[rows->count] = lane;
	rows->raws[rows->count++] = arena_strndup(ctx->arena, piece->raw, piece->size);
	rows->woken[lane] = true;
}

/* For another line: only when the call verifies with that line's secrets too, as it does within one
 * application of the provider's. What is for nobody of ours is left. */
static int add_for_other(struct vt_ctx *ctx, const struct asked *asked, struct rows *rows,
			 const struct channel_piece *piece)
{
	struct line *other;

	if (line_by_account(ctx, asked->line, piece->account, &other) < 0)
		return -1;
	if (other) {
		struct asked again = { asked->request, other };
		const struct channel_call call = call_of(&again);
		if (other->network->verify(ctx, &call) == 0) {
			add_row(ctx, rows, other->channel_id, piece);
			return 0;
		}
		vt_error_clear(ctx);
	}
	log_event(ctx, LOG_LEVEL_WARN, "hooks.stranger", "channel=%" PRId64, asked->line->channel_id);
	return 0;
}

static bool is_for(const struct line *line, const char *account)
{
	return !account || !strcmp(account, line->account) || !strcmp(account, line->business);
}

static int store(struct vt_ctx *ctx, const struct asked *asked, const struct channel_piece *pieces,
		 size_t count)
{
	struct rows rows = {
		.channels = arena_calloc(ctx->arena, count + 1, sizeof(int64_t)),
		.lanes = arena_calloc(ctx->arena, count + 1, sizeof(int64_t)),
		.raws = arena_calloc(ctx->arena, count + 1, sizeof(char *)),
	};

	for (size_t i = 0; i < count; i++) {
		if (is_for(asked->line, pieces[i].account))
			add_row(ctx, &rows, asked->line->channel_id, &pieces[i]);
		else if (add_for_other(ctx, asked, &rows, &pieces[i]) < 0)
			return -1;
	}
	if (!rows.count)
		return 0;
	if (db_query(ctx, NULL, &SQL_HOOKS_STORE, "IIS", rows.channels, rows.count, rows.lanes, rows.count,
		     rows.raws, rows.count) < 0)
		return -1;
	for (int lane = 0; lane <= CHANNEL_LANE_REPORTS; lane++) {
		if (rows.woken[lane])
			wake_worker_now("intake", lane);
	}
	return 0;
}

/* Its name is good and its words are not: whole into the queue, where it stands aside for people. */
static int split(struct vt_ctx *ctx, const struct asked *asked, const struct channel_call *call,
		 struct channel_piece **pieces, size_t *count)
{
	if (asked->line->network->split(ctx, call, pieces, count) == 0) {
		if (*count > PIECES_MAX)
			return vt_fail_key(ctx, VT_E_TOO_LARGE, "error.too_large", "%zu pieces", *count);
		return 0;
	}
	if (ctx->error.code != VT_E_INVALID || !call->size ||
	    memchr(call->body, '\0', call->size) || !utf8_valid(call->body, call->size))
		return -1;
	log_error(ctx, "hooks.split");
	vt_error_clear(ctx);
	*pieces = arena_alloc(ctx->arena, sizeof(**pieces));
	(*pieces)->raw = call->body;
	(*pieces)->size = call->size;
	*count = 1;
	return 0;
}

static int answer_challenge(struct vt_ctx *ctx, const struct line *line, const struct channel_call *call,
			    struct response *response)
{
	const char *answer = NULL;
	int asks = line->network->challenge ? line->network->challenge(ctx, call, &answer) : 0;

	if (asks <= 0)
		return asks;
	/* Some want it as JSON, and say nothing of its type; text is never taken for a page. */
	response->content_type = *answer == '{' ? "application/json" : "text/plain; charset=utf-8";
	strbuf_puts(&response->body, answer);
	return 1;
}

/* A refusal may be because somebody has just written another secret: looked at once more. */
static int verify(struct vt_ctx *ctx, const char *key, struct asked *asked)
{
	struct channel_call call = call_of(asked);

	if (asked->line->network->verify(ctx, &call) == 0)
		return 0;
	vt_error_clear(ctx);
	if (line_by_key(ctx, key, true, &asked->line) < 0)
		return -1;
	if (asked->line->network->verify(ctx, &call) == 0)
		return 0;
	log_event(ctx, LOG_LEVEL_WARN, "hooks.forged", "channel=%" PRId64, asked->line->channel_id);
	vt_error_clear(ctx);
	return vt_fail(ctx, VT_E_UNAUTHENTICATED, "the signature is wrong");
}

int hooks_call(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	const char *key = request_route(request, "key");
	struct asked asked = { .request = request };
	struct channel_piece *pieces = NULL;
	size_t count = 0;
	int asks;

	if (line_by_key(ctx, key, false, &asked.line) < 0)
		return -1;
	const struct channel_call call = call_of(&asked);
	asks = answer_challenge(ctx, asked.line, &call, response);
	if (asks)
		return asks < 0 ? -1 : 0;
	if (verify(ctx, key, &asked) < 0 || split(ctx, &asked, &call, &pieces, &count) < 0 ||
	    store(ctx, &asked, pieces, count) < 0)
		return -1;
	response->content_type = "text/plain; charset=utf-8";
	return 0;
}
