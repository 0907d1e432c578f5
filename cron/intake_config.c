#include "base/vt.h"
#include "base/clock.h"
#include "base/log.h"
#include "bot/flow.h"
#include "channel/setting.h"
#include "cron/intake.h"
#include "db/db.h"
#include "people/setting.h"
#include "sql_intake.h"

void intake_config_init(struct intake_config *config, int64_t age_us)
{
	*config = (struct intake_config){ .age_us = age_us };
	vt_ctx_init(&config->ctx, arena_new(), "intake");
	vt_ctx_init(&config->flow_ctx, arena_new(), "intake");
}

void intake_config_free(struct intake_config *config)
{
	arena_free(config->ctx.arena);
	arena_free(config->flow_ctx.arena);
}

/* The words of a line that say a wish; a network that has none has no such field. */
static const char *words_of(const struct channel *network, const struct db_result *result, size_t row, const char *name)
{
	const struct channel_field *field = network ? channel_field(network, name) : NULL;
	const char *own = db_text(result, row, name);

	return !field ? NULL : *own ? own : field->fallback;
}

static void channels_from_rows(struct intake_config *config, const struct db_result *result)
{
	config->channel_count = db_rows(result);
	config->channels = arena_calloc(config->ctx.arena, config->channel_count + 1,
					sizeof(*config->channels));
	for (size_t i = 0; i < config->channel_count; i++) {
		const struct channel *network = channel_by_messenger((int)db_i64(result, i, "messenger"));
		config->channels[i] = (struct intake_channel){
			.channel_id = db_i64(result, i, "channel_id"),
			.network = network,
			.default_queue_id = db_i64(result, i, "default_queue_id"),
			.bot_id = db_i64(result, i, "bot_id"),
			.bot_version_id = db_i64(result, i, "bot_version_id"),
			.stop_words = words_of(network, result, i, "stop_words"),
			.start_words = words_of(network, result, i, "start_words"),
			.stop_answer = db_text(result, i, "stop_answer"),
			.start_answer = db_text(result, i, "start_answer"),
		};
	}
}

static void queues_from_rows(struct intake_config *config, const struct db_result *result)
{
	config->queue_count = db_rows(result);
	config->queues = arena_calloc(config->ctx.arena, config->queue_count + 1,
				      sizeof(*config->queues));
	for (size_t i = 0; i < config->queue_count; i++) {
		config->queues[i] = (struct intake_queue){
			.queue_id = db_i64(result, i, "queue_id"),
			.key = db_text(result, i, "key"),
		};
		config->queues[i].channel_ids = db_i64_array(&config->ctx, result, i, "channel_ids",
							     &config->queues[i].channel_count);
	}
}

static int load(struct intake_config *config)
{
	struct vt_ctx *ctx = &config->ctx;
	struct settings settings;
	struct db_result **results;
	size_t count;

	if (db_pipe_begin(ctx) < 0 || db_pipe_add(ctx, 0, &SQL_INTAKE_CHANNELS, "") < 0 ||
	    db_pipe_add(ctx, 0, &SQL_INTAKE_QUEUES, "") < 0 || setting_ask(ctx) < 0 ||
	    db_pipe_run(ctx, &results, &count, NULL) < 0)
		return -1;
	channels_from_rows(config, results[0]);
	queues_from_rows(config, results[1]);
	setting_from_result(&settings, results[2]);
	config->unread = setting_text(&settings, SETTING_BOT_UNREAD);
	config->encrypted = setting_text(&settings, SETTING_BOT_ENCRYPTED);
	return hours_load(ctx, 0, &config->hours);
}

int intake_config_fresh(struct vt_ctx *ctx, struct intake_config *config)
{
	int64_t now = clock_monotonic_us();

	if (config->loaded_at && now - config->loaded_at < config->age_us)
		return 0;
	config->loaded_at = 0;
	vt_ctx_reset(&config->ctx);
	config->ctx.db = ctx->db;
	if (load(config) < 0) {
		ctx->error = config->ctx.error;
		return vt_note(ctx, "while loading channels and queues");
	}
	config->loaded_at = now;
	return 0;
}

const struct intake_channel *intake_channel(const struct intake_config *config, int64_t channel_id)
{
	for (size_t i = 0; i < config->channel_count; i++) {
		if (config->channels[i].channel_id == channel_id)
			return &config->channels[i];
	}
	return NULL;
}

int64_t intake_queue_by_key(const struct intake_config *config, const char *key)
{
	for (size_t i = 0; i < config->queue_count; i++) {
		if (!strcmp(config->queues[i].key, key))
			return config->queues[i].queue_id;
	}
	return 0;
}

bool intake_queue_attends(const struct intake_config *config, int64_t queue_id, int64_t channel_id)
{
	for (size_t i = 0; i < config->queue_count; i++) {
		const struct intake_queue *queue = &config->queues[i];

		if (queue->queue_id != queue_id)
			continue;
		for (size_t k = 0; k < queue->channel_count; k++) {
			if (queue->channel_ids[k] == channel_id)
				return true;
		}
		return !queue->channel_count;
	}
	return false;
}

static const struct intake_flow *find_flow(const struct intake_config *config,
					   int64_t bot_version_id)
{
	for (size_t i = 0; i < config->flow_count; i++) {
		if (config->flows[i].bot_version_id == bot_version_id)
			return &config->flows[i];
	}
	return NULL;
}

/* An invalid flow is kept as NULL, so that it is complained about once. */
static void keep_flow(struct intake_config *config, int64_t bot_version_id,
		      const struct db_result *result)
{
	struct intake_flow *entry = &config->flows[config->flow_count++];
	const char *text = db_rows(result) ? db_text(result, 0, "flow") : "";

	*entry = (struct intake_flow){ .bot_version_id = bot_version_id };
	if (flow_parse(&config->flow_ctx, text, strlen(text), &entry->flow, NULL, NULL) < 0) {
		entry->flow = NULL;
		log_error(&config->flow_ctx, "flow");
		vt_error_clear(&config->flow_ctx);
	}
}

int intake_flow(struct vt_ctx *ctx, struct intake_batch *batch, int64_t bot_version_id,
		const struct flow **flow)
{
	struct intake_config *config = batch->config;
	struct db_result *result;

	if (!find_flow(config, bot_version_id)) {
		if (config->flow_count == VT_COUNT(config->flows)) {
			vt_ctx_reset(&config->flow_ctx);
			config->flow_count = 0;
		}
		if (db_pipe_add(ctx, intake_owner(batch->at), &SQL_INTAKE_FLOW, "i",
				bot_version_id) < 0 ||
		    intake_flush(ctx, batch, &result) < 0)
			return vt_note(ctx, "while loading bot version %" PRId64, bot_version_id);
		keep_flow(config, bot_version_id, result);
	}
	*flow = find_flow(config, bot_version_id)->flow;
	return 0;
}
