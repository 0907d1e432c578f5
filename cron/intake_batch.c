#include "base/vt.h"
#include "base/clock.h"
#include "cron/intake.h"
#include "db/db.h"
#include "sql_conversation.h"
#include "sql_intake.h"

static void row_from_result(struct intake_row *row, const struct intake_config *config,
			    const struct db_result *result, size_t i)
{
	*row = (struct intake_row){
		.inbound_id = db_i64(result, i, "inbound_id"),
		.received_at = db_time_us(result, i, "received_at"),
		.channel_id = db_i64(result, i, "channel_id"),
		.attempts = (int)db_i64(result, i, "attempts"),
		.raw = db_text_or_null(result, i, "raw"),
	};
	row->channel = intake_channel(config, row->channel_id);
	if (!row->raw)
		row->fault = "the raw row is gone";
	else if (!row->channel)
		row->fault = "no such channel";
	else if (!row->channel->network)
		row->fault = "the channel's network is not built in";
}

int intake_claim(struct vt_ctx *ctx, struct intake_batch *batch, int64_t floor, int limit)
{
	struct db_result **results;
	size_t count;

	if (db_pipe_begin(ctx) < 0 || db_begin(ctx) < 0 ||
	    db_pipe_add(ctx, 0, &SQL_INTAKE_CLAIM, "iii", (int64_t)batch->lane, floor,
			(int64_t)limit) < 0 ||
	    db_pipe_run(ctx, &results, &count, NULL) < 0)
		return vt_note(ctx, "while claiming");
	batch->row_count = db_rows(results[count - 1]);
	batch->rows = arena_calloc(ctx->arena, batch->row_count + 1, sizeof(*batch->rows));
	for (size_t i = 0; i < batch->row_count; i++)
		row_from_result(&batch->rows[i], batch->config, results[count - 1], i);
	return 0;
}

static bool same_identity(const struct contact_identity *a, const struct contact_identity *b)
{
	if (a->visitor_id || b->visitor_id)
		return a->visitor_id == b->visitor_id;
	return a->channel_id == b->channel_id && !strcmp(a->kind, b->kind) &&
	       !strcmp(a->value, b->value);
}

/* Reports and what concerns a line or a template is of nobody. */
static struct intake_sender *sender_of(struct intake_batch *batch, const struct channel_event *event,
				       const struct contact_identity *identity)
{
	if (intake_is_report(event) || !identity->value)
		return &batch->nobody;
	for (size_t i = 0; i < batch->sender_count; i++) {
		if (same_identity(&batch->senders[i].identity, identity))
			return &batch->senders[i];
	}
	batch->senders[batch->sender_count].identity = *identity;
	return &batch->senders[batch->sender_count++];
}

struct parsed { struct channel_event *events; size_t count; };

static void parse_row(struct vt_ctx *ctx, struct intake_row *row, struct parsed *parsed)
{
	if (row->fault)
		return;
	if (row->channel->network->parse(ctx, row->raw, strlen(row->raw), &parsed->events,
					 &parsed->count) == 0)
		return;
	row->fault = arena_strdup(ctx->arena, ctx->error.message);
	vt_error_clear(ctx);
	parsed->count = 0;
}

void intake_parse(struct vt_ctx *ctx, struct intake_batch *batch)
{
	struct parsed *parsed = arena_calloc(ctx->arena, batch->row_count + 1, sizeof(*parsed));
	size_t total = 0;

	for (size_t i = 0; i < batch->row_count; i++) {
		parse_row(ctx, &batch->rows[i], &parsed[i]);
		total += parsed[i].count;
	}
	batch->events = arena_calloc(ctx->arena, total + 1, sizeof(*batch->events));
	batch->senders = arena_calloc(ctx->arena, total + 1, sizeof(*batch->senders));
	batch->seen = arena_calloc(ctx->arena, total + 1, sizeof(*batch->seen));
	batch->heard = (struct intake_heard){
		.channels = arena_calloc(ctx->arena, total + 1, sizeof(int64_t)),
		.conversations = arena_calloc(ctx->arena, total + 1, sizeof(int64_t)),
		.seqs = arena_calloc(ctx->arena, total + 1, sizeof(int64_t)),
		.keys = arena_calloc(ctx->arena, total + 1, sizeof(char *)),
	};
	for (size_t i = 0; i < batch->row_count; i++) {
		for (size_t j = 0; j < parsed[i].count; j++) {
			const struct channel_event *event = &parsed[i].events[j];
			const struct contact_identity identity = {
				.channel_id = batch->rows[i].channel_id,
				.visitor_id = event->visitor_id,
				.kind = event->identity_kind, .value = event->identity_value,
			};

			batch->events[batch->event_count++] = (struct intake_event){
				.event = event, .row = &batch->rows[i],
				.sender = sender_of(batch, event, &identity),
			};
		}
	}
}

static int add_dedupe(struct vt_ctx *ctx, const struct intake_batch *batch)
{
	size_t count = batch->event_count;
	int64_t *channels = arena_calloc(ctx->arena, count, sizeof(*channels));
	int64_t *rows = arena_calloc(ctx->arena, count, sizeof(*rows));
	const char **ids = arena_calloc(ctx->arena, count, sizeof(*ids));

	for (size_t i = 0; i < count; i++) {
		channels[i] = batch->events[i].row->channel_id;
		rows[i] = batch->events[i].row->inbound_id;
		ids[i] = batch->events[i].event->provider_id;
	}
	return db_pipe_add(ctx, 0, &SQL_INTAKE_DEDUPE, "ISI", channels, count, ids, count, rows,
			   count);
}

/* The senders of one sort as arrays, and where each stands in batch->senders. */
struct sender_arrays {
	int64_t *channels, *visitors;
	const char **kinds, **values;
	size_t *places;
	size_t count;
};

static struct sender_arrays sender_arrays(struct vt_ctx *ctx, const struct intake_batch *batch,
					  bool visitors)
{
	size_t size = batch->sender_count + 1;
	struct sender_arrays arrays = {
		.channels = arena_calloc(ctx->arena, size, sizeof(int64_t)),
		.visitors = arena_calloc(ctx->arena, size, sizeof(int64_t)),
		.kinds = arena_calloc(ctx->arena, size, sizeof(char *)),
		.values = arena_calloc(ctx->arena, size, sizeof(char *)),
		.places = arena_calloc(ctx->arena, size, sizeof(size_t)),
	};

	for (size_t i = 0; i < batch->sender_count; i++) {
		const struct contact_identity *identity = &batch->senders[i].identity;

		if ((identity->visitor_id != 0) != visitors)
			continue;
		arrays.channels[arrays.count] = identity->channel_id;
		arrays.visitors[arrays.count] = identity->visitor_id;
		arrays.kinds[arrays.count] = identity->kind;
		arrays.values[arrays.count] = identity->value;
		arrays.places[arrays.count++] = i;
	}
	return arrays;
}

static int add_visitors(struct vt_ctx *ctx, const struct sender_arrays *arrays)
{
	if (!arrays->count)
		return 0;
	if (db_pipe_add(ctx, 0, &SQL_INTAKE_LOCK_VISITORS, "I", arrays->visitors,
			arrays->count) < 0)
		return -1;
	return db_pipe_add(ctx, 0, &SQL_INTAKE_VISITORS, "It", arrays->visitors, arrays->count,
			   ctx->now_us);
}

static int add_identities(struct vt_ctx *ctx, const struct sender_arrays *arrays)
{
	if (!arrays->count)
		return 0;
	if (db_pipe_add(ctx, 0, &SQL_INTAKE_LOCK_IDENTITIES, "ISS", arrays->channels,
			arrays->count, arrays->kinds, arrays->count, arrays->values,
			arrays->count) < 0)
		return -1;
	return db_pipe_add(ctx, 0, &SQL_INTAKE_IDENTITIES, "ISSt", arrays->channels,
			   arrays->count, arrays->kinds, arrays->count, arrays->values,
			   arrays->count, ctx->now_us);
}

static int add_files(struct vt_ctx *ctx, const struct intake_batch *batch)
{
	for (size_t i = 0; i < batch->event_count; i++) {
		const struct intake_event *event = &batch->events[i];

		if (event->event->kind != CHANNEL_FILE)
			continue;
		if (db_pipe_add(ctx, intake_owner(event->row), &SQL_FILE_GET, "i",
				event->event->file_id) < 0 ||
		    db_pipe_add(ctx, intake_owner(event->row), &SQL_ATTACHMENT_NEXT, "") < 0)
			return -1;
	}
	return 0;
}

static void mark_fresh(struct intake_batch *batch, const struct db_result *result)
{
	for (size_t row = 0; row < db_rows(result); row++) {
		int64_t inbound_id = db_i64(result, row, "inbound_id");
		const char *provider_id = db_text(result, row, "provider_id");

		for (size_t i = 0; i < batch->event_count; i++) {
			struct intake_event *event = &batch->events[i];

			if (event->row->inbound_id == inbound_id && !event->fresh &&
			    !strcmp(event->event->provider_id, provider_id)) {
				event->fresh = true;
				break;
			}
		}
	}
}

struct conversation *intake_case_new(struct vt_ctx *ctx, struct intake_batch *batch)
{
	struct intake_case *new = arena_alloc(ctx->arena, sizeof(*new));

	*batch->cases_end = new;
	batch->cases_end = &new->next;
	return &new->conversation;
}

static struct intake_sender *visitor(struct intake_batch *batch, int64_t visitor_id)
{
	for (size_t i = 0; i < batch->sender_count; i++) {
		if (batch->senders[i].identity.visitor_id == visitor_id)
			return &batch->senders[i];
	}
	vt_bug(__FILE__, __LINE__, "a visitor that was not asked for");
}

static void sender_from_row(struct intake_sender *sender, const struct db_result *result,
			    size_t row)
{
	sender->known = true;
	sender->blocked = db_bool(result, row, "blocked");
	sender->contact_id = db_i64(result, row, "contact_id");
	sender->new_contact_id = db_i64(result, row, "new_contact_id");
	sender->new_conversation_id = db_i64(result, row, "new_conversation_id");
	sender->last = (struct intake_last){ db_i64(result, row, "last_id"),
					     db_i64(result, row, "last_queue_id"),
					     (int)db_i64(result, row, "reopen_mode") };
}

static void take_visitors(struct vt_ctx *ctx, struct intake_batch *batch,
			  const struct db_result *locked, const struct db_result *visitors)
{
	for (size_t row = 0; row < db_rows(locked); row++) {
		struct conversation *conversation = intake_case_new(ctx, batch);

		conversation_from_row(conversation, locked, row);
		visitor(batch, conversation->visitor_id)->conversation = conversation;
	}
	for (size_t row = 0; row < db_rows(visitors); row++)
		sender_from_row(visitor(batch, db_i64(visitors, row, "visitor_id")), visitors, row);
}

/* A contact with two identities of a channel has one conversation there: they share it. */
static void take_identities(struct vt_ctx *ctx, struct intake_batch *batch,
			    const struct sender_arrays *arrays, const struct db_result *locked,
			    const struct db_result *identities)
{
	for (size_t row = 0; row < db_rows(identities); row++) {
		size_t place = (size_t)db_i64(identities, row, "n") - 1;

		struct intake_sender *sender = &batch->senders[arrays->places[place]];
		sender_from_row(sender, identities, row);
		sender->opted_out = db_bool(identities, row, "opted_out");
		sender->shut = db_bool(identities, row, "shut");
	}
	for (size_t row = 0; row < db_rows(locked); row++) {
		struct conversation *conversation = intake_case_new(ctx, batch);

		conversation_from_row(conversation, locked, row);
		for (size_t i = 0; i < arrays->count; i++) {
			struct intake_sender *sender = &batch->senders[arrays->places[i]];

			if (sender->contact_id == conversation->contact_id &&
			    sender->identity.channel_id == conversation->channel_id)
				sender->conversation = conversation;
		}
	}
}

static struct db_result **take_files(struct intake_batch *batch, struct db_result **results)
{
	for (size_t i = 0; i < batch->event_count; i++) {
		struct intake_event *event = &batch->events[i];

		if (event->event->kind != CHANNEL_FILE)
			continue;
		event->file = *results++;
		event->attachment_id = db_i64(*results++, 0, "attachment_id");
	}
	return results;
}

int intake_fetch(struct vt_ctx *ctx, struct intake_batch *batch)
{
	struct sender_arrays visitors = sender_arrays(ctx, batch, true);
	struct sender_arrays identities = sender_arrays(ctx, batch, false);
	struct db_result **results;
	size_t count;

	batch->cases_end = &batch->cases;
	if (!batch->event_count)
		return 0;
	if (db_pipe_begin(ctx) < 0 || add_dedupe(ctx, batch) < 0 ||
	    add_visitors(ctx, &visitors) < 0 || add_identities(ctx, &identities) < 0 ||
	    add_files(ctx, batch) < 0 ||
	    db_pipe_run(ctx, &results, &count, &batch->failed_owner) < 0)
		return vt_note(ctx, "while fetching who writes");

	mark_fresh(batch, *results++);
	if (visitors.count) {
		take_visitors(ctx, batch, results[0], results[1]);
		results += 2;
	}
	if (identities.count) {
		take_identities(ctx, batch, &identities, results[0], results[1]);
		results += 2;
	}
	take_files(batch, results);
	return 0;
}
