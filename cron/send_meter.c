#include "base/vt.h"
#include "base/clock.h"
#include "base/json.h"
#include "cron/send_meter.h"
#include "db/db.h"
#include "sql_send.h"

#define LINES_MAX 1024
#define LINE_PLACES 48                 /* calls of one line at once: a provider that hangs leaves places for others */
#define BUCKET_S 10                    /* a tenth of a second's worth at once */
#define PEOPLE ((size_t)65536)         /* a power of two */
#define PROBES 16
#define BURST_KEPT 10                  /* of fewer at once nothing is remembered: a shift's worth is soon over */
#define QUARTER_US (15 * CLOCK_MINUTE)

struct line {
	int64_t channel_id;
	const struct channel *network;
	int per_s, quarter_max;
	double tokens;
	int64_t filled_at;
	int64_t *times;                /* of its last messages, a ring of pace.day_max; NULL: not counted so */
	size_t next, known;
	int64_t told_until;            /* the desk knows that it waits until then */
};

struct person {
	uint64_t key;
	int64_t until;
};

struct send_meter {
	struct line lines[LINES_MAX];
	size_t count;
	bool loaded;
	struct person people[PEOPLE];
};

struct send_meter *send_meter_new(void)
{
	struct send_meter *meter = calloc(1, sizeof(*meter));

	VT_BUG_ON(!meter);
	return meter;
}

void send_meter_free(struct send_meter *meter)
{
	for (size_t i = 0; meter && i < meter->count; i++)
		free(meter->lines[i].times);
	free(meter);
}

static struct line *line_of(const struct send_meter *meter, int64_t channel_id)
{
	for (size_t i = 0; i < meter->count; i++) {
		if (meter->lines[i].channel_id == channel_id)
			return (struct line *)&meter->lines[i];
	}
	return NULL;
}

/* --- people ------------------------------------------------------------------ */

/* FNV-1a. */
static uint64_t person_key(int64_t channel_id, const char *value)
{
	uint64_t key = UINT64_C(14695981039346656037) ^ (uint64_t)channel_id;

	for (; *value; value++)
		key = (key ^ (uint8_t)*value) * UINT64_C(1099511628211);
	return key ? key : 1;
}

/* Their place, or one to have: free, of the longest ago. */
static struct person *person_of(const struct send_meter *meter, uint64_t key)
{
	struct person *people = (struct person *)meter->people, *oldest = NULL;

	for (size_t i = 0; i < PROBES; i++) {
		struct person *person = &people[(key + i) & (PEOPLE - 1)];

		if (person->key == key)
			return person;
		if (!oldest || person->until < oldest->until)
			oldest = person;
	}
	return oldest;
}

static const char *recipient(const struct send_item *item)
{
	return json_str(item->message.payload, "to.value", "");
}

static int64_t until_of(const struct send_meter *meter, const struct send_item *item)
{
	uint64_t key = person_key(item->channel_id, recipient(item));
	const struct person *person = person_of(meter, key);

	return person->key == key ? person->until : 0;
}

/* --- lines --------------------------------------------------------------------- */

static void add_time(struct line *line, int64_t at)
{
	size_t size = (size_t)line->network->pace.day_max;

	if (!line->times)
		return;
	line->times[line->next] = at;
	line->next = (line->next + 1) % size;
	line->known += line->known < size;
}

/* The time of its nth message from the last; 0: there was none. */
static int64_t time_back(const struct line *line, size_t nth)
{
	size_t size = (size_t)line->network->pace.day_max;

	return nth > line->known ? 0 : line->times[(line->next + size - nth) % size];
}

/* When it may send again by its windows. */
static int64_t opens_at(const struct line *line)
{
	if (!line->times)
		return 0;
	int64_t quarter = time_back(line, (size_t)line->quarter_max), day = time_back(line, (size_t)line->network->pace.day_max);

	quarter = quarter ? quarter + QUARTER_US : 0;
	day = day ? day + CLOCK_DAY : 0;
	return quarter > day ? quarter : day;
}

static double bucket_of(const struct line *line)
{
	return line->per_s > BUCKET_S ? (double)line->per_s / BUCKET_S : 1;
}

static void fill(struct line *line, int64_t now_us)
{
	double most = bucket_of(line);

	if (now_us > line->filled_at)
		line->tokens += (double)(now_us - line->filled_at) * line->per_s / CLOCK_SECOND;
	line->filled_at = now_us;
	if (line->tokens > most)
		line->tokens = most;
}

/* How many messages its windows still take now. */
static int64_t window_room(const struct line *line, int64_t now_us)
{
	int64_t room = 0;

	for (size_t nth = (size_t)line->quarter_max; nth > 0; nth--, room++) {
		int64_t at = time_back(line, nth);
		if (at && at + QUARTER_US > now_us)
			break;
	}
	return opens_at(line) > now_us ? 0 : room;
}

static int64_t room_of(struct line *line, const struct send_item *items, size_t count, int64_t now_us)
{
	int64_t room = LINE_PLACES;

	for (size_t i = 0; i < count; i++)
		room -= items[i].outbox_id && items[i].channel_id == line->channel_id;
	if (line->per_s) {
		fill(line, now_us);
		if (line->tokens < (double)room)
			room = line->tokens >= 1 ? (int64_t)line->tokens : 0;
	}
	if (line->times && window_room(line, now_us) < room)
		room = window_room(line, now_us);
	return room > 0 ? room : 0;
}

static int tell(struct vt_ctx *ctx, struct line *line)
{
	int64_t until = opens_at(line);

	if (until <= ctx->now_us || until == line->told_until)
		return 0;
	line->told_until = until;
	return db_exec(ctx, NULL, &SQL_SEND_PACED, "it", line->channel_id, until);
}

int send_meter_rooms(struct vt_ctx *ctx, struct send_meter *meter, const struct send_item *items, size_t count,
		     const int64_t **lines, const int64_t **rooms, size_t *line_count)
{
	int64_t *ids = arena_calloc(ctx->arena, meter->count + 1, sizeof(*ids));
	int64_t *room = arena_calloc(ctx->arena, meter->count + 1, sizeof(*room));

	for (size_t i = 0; i < meter->count; i++) {
		ids[i] = meter->lines[i].channel_id;
		room[i] = room_of(&meter->lines[i], items, count, ctx->now_us);
		if (!room[i] && tell(ctx, &meter->lines[i]) < 0)
			return -1;
	}
	*lines = ids;
	*rooms = room;
	*line_count = meter->count;
	return 0;
}

bool send_meter_soon(const struct send_meter *meter)
{
	for (size_t i = 0; i < meter->count; i++) {
		const struct line *line = &meter->lines[i];
		double full = bucket_of(line);

		if (line->per_s && line->tokens < LINE_PLACES && line->tokens < (full < 2 ? full : full / 2))
			return true;
	}
	return false;
}

/* --- what is sent ---------------------------------------------------------------- */

/* What a network counts: signs and questions are free. */
static bool counts(const struct send_item *item)
{
	static const char *const kinds[] = { "message", "template", "reaction", "edit", "delete" };

	for (size_t i = 0; i < VT_COUNT(kinds); i++) {
		if (!strcmp(item->message.kind, kinds[i]))
			return true;
	}
	return false;
}

int64_t send_meter_wait(const struct send_meter *meter, const struct send_item *item, int64_t now_us)
{
	const struct channel_pace *pace = &item->network->pace;
	int64_t each_us = (int64_t)pace->each_ms * 1000, ahead;

	if (!each_us || !counts(item))
		return 0;
	ahead = until_of(meter, item) - now_us - (pace->each_burst - 1) * each_us;
	return ahead > 0 ? ahead : 0;
}

static void take_person(struct send_meter *meter, struct send_item *item, int64_t now_us)
{
	const struct channel_pace *pace = &item->network->pace;
	uint64_t key = person_key(item->channel_id, recipient(item));
	struct person *person = person_of(meter, key);

	if (person->key != key)
		*person = (struct person){ .key = key };
	if (person->until < now_us)
		person->until = now_us;
	person->until += (int64_t)pace->each_ms * 1000;
}

int64_t send_meter_take(struct send_meter *meter, struct send_item *item, int64_t now_us)
{
	const struct channel_pace *pace = &item->network->pace;
	struct line *line = line_of(meter, item->channel_id);
	int64_t wait = send_meter_wait(meter, item, now_us);

	if (item->request.quiet || !counts(item))
		return 0;
	if (pace->each_ms)
		take_person(meter, item, now_us);
	if (line && line->per_s) {
		fill(line, now_us);
		line->tokens -= item->file_path && pace->file_weight ? pace->file_weight : 1;
		int64_t debt = line->tokens < 0 ? (int64_t)(-line->tokens * CLOCK_SECOND / line->per_s) : 0;
		wait = debt > wait ? debt : wait;
	}
	if (line && line->times && send_is_said(item)) {
		add_time(line, now_us);
		item->counted++;
	}
	return wait;
}

int send_meter_note(struct vt_ctx *ctx, struct send_meter *meter, const struct send_item *item)
{
	const struct channel_pace *pace = item->network ? &item->network->pace : NULL;

	for (int i = 0; i < item->counted; i++) {
		if (db_pipe_add(ctx, item->outbox_id, &SQL_SEND_WINDOW, "i", item->channel_id) < 0)
			return -1;
	}
	if (!pace || pace->each_burst < BURST_KEPT || !counts(item))
		return 0;
	int64_t until = until_of(meter, item);
	/* What a shift forgets of a person is a third of what they may get at once. */
	if (until - ctx->now_us < (int64_t)pace->each_ms * 1000 * (pace->each_burst / 3))
		return 0;
	return db_pipe_add(ctx, item->outbox_id, &SQL_SEND_PACE, "iit", item->channel_id,
			   (int64_t)person_key(item->channel_id, recipient(item)), until);
}

/* --- from the database --------------------------------------------------------------- */

static void set_line(struct line *line, const struct db_result *rows, size_t row)
{
	const struct channel_pace *pace = &line->network->pace;
	int64_t per_s = db_i64(rows, row, "throughput"), quarter = db_i64(rows, row, "per_quarter");

	line->per_s = per_s > 0 && pace->per_s ? (int)per_s : pace->per_s;
	line->quarter_max = quarter > 0 && quarter <= pace->day_max ? (int)quarter : pace->quarter_max;
	if (pace->day_max && !line->times) {
		line->times = calloc((size_t)pace->day_max, sizeof(*line->times));
		VT_BUG_ON(!line->times);
	}
}

static int load_shift_before(struct vt_ctx *ctx, struct send_meter *meter)
{
	struct db_result *rows;

	if (db_query(ctx, &rows, &SQL_SEND_WINDOWS, "") < 0)
		return -1;
	for (size_t i = 0; i < db_rows(rows); i++) {
		struct line *line = line_of(meter, db_i64(rows, i, "channel_id"));
		if (line)
			add_time(line, db_time_us(rows, i, "at"));
	}
	if (db_query(ctx, &rows, &SQL_SEND_PACES, "") < 0)
		return -1;
	for (size_t i = 0; i < db_rows(rows); i++) {
		uint64_t key = (uint64_t)db_i64(rows, i, "recipient");
		*person_of(meter, key) = (struct person){ .key = key, .until = db_time_us(rows, i, "until") };
	}
	meter->loaded = true;
	return 0;
}

int send_meter_load(struct vt_ctx *ctx, struct send_meter *meter)
{
	struct db_result *rows;

	if (db_query(ctx, &rows, &SQL_SEND_LINES, "i", (int64_t)LINES_MAX) < 0)
		return -1;
	for (size_t i = 0; i < db_rows(rows); i++) {
		int64_t id = db_i64(rows, i, "channel_id");
		struct line *line = line_of(meter, id);
		const struct channel *network = channel_by_messenger((int)db_i64(rows, i, "messenger"));

		if (!line && meter->count < LINES_MAX) {
			line = &meter->lines[meter->count++];
			*line = (struct line){ .channel_id = id, .network = network, .filled_at = ctx->now_us };
		}
		if (line && line->network)
			set_line(line, rows, i);
	}
	return meter->loaded ? 0 : load_shift_before(ctx, meter);
}
