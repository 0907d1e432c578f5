#include "base/vt.h"
#include "cgi-bin/live/topic.h"

#define ID_BITS 56

struct topic {
	uint64_t key;
	struct topic *chain;           /* of the same hash */
	struct topic *older, *newer;   /* in the list of the unwatched */
	struct subscription *watchers;
	int64_t touched_ms;
	uint64_t floor;                /* highest transaction that made room */
	uint64_t recent[TOPIC_RECENT]; /* a ring, 0 is none */
	unsigned next;
};

struct topics {
	struct topic **chains;
	size_t chain_count;            /* a power of two */
	size_t count, unwatched_count;
	struct topic *oldest, *newest; /* unwatched */
	uint64_t floor;
};

/* --- Names ------------------------------------------------------------------------------------- */

uint64_t topic_key(char kind, int64_t id)
{
	return (uint64_t)(unsigned char)kind << ID_BITS | (uint64_t)id;
}

static bool read_topic(const char *word, size_t size, uint64_t *key)
{
	uint64_t id = 0;

	if (size < 2 || size > 17 || !strchr("coqbsvl", word[0]))
		return false;
	for (size_t i = 1; i < size; i++) {
		if (word[i] < '0' || word[i] > '9')
			return false;
		id = 10 * id + (uint64_t)(word[i] - '0');
	}
	*key = topic_key(word[0], (int64_t)id);
	return true;
}

bool topic_next(const char **text, uint64_t *key)
{
	for (;;) {
		const char *word = *text + strspn(*text, " ");
		size_t size = strcspn(word, " ");

		*text = word + size;
		if (!size)
			return false;
		if (read_topic(word, size, key))
			return true;
	}
}

void topic_format(uint64_t key, char out[TOPIC_TEXT])
{
	snprintf(out, TOPIC_TEXT, "%c%" PRIu64, (char)(key >> ID_BITS),
		 key & ((UINT64_C(1) << ID_BITS) - 1));
}

/* --- The table --------------------------------------------------------------------------------- */

struct topics *topics_new(void)
{
	struct topics *topics = calloc(1, sizeof(*topics));

	VT_BUG_ON(!topics);
	topics->chain_count = 1024;
	topics->chains = calloc(topics->chain_count, sizeof(struct topic *));
	VT_BUG_ON(!topics->chains);
	return topics;
}

static struct topic **chain_of(const struct topics *topics, uint64_t key)
{
	return &topics->chains[(key * UINT64_C(0x9e3779b97f4a7c15)) >> 32 & (topics->chain_count - 1)];
}

static struct topic *find(const struct topics *topics, uint64_t key)
{
	struct topic *topic = *chain_of(topics, key);

	while (topic && topic->key != key)
		topic = topic->chain;
	return topic;
}

static void grow(struct topics *topics)
{
	struct topic **old = topics->chains;
	size_t count = topics->chain_count;

	topics->chain_count = 2 * count;
	topics->chains = calloc(topics->chain_count, sizeof(struct topic *));
	VT_BUG_ON(!topics->chains);
	for (size_t i = 0; i < count; i++) {
		while (old[i]) {
			struct topic *topic = old[i];
			struct topic **chain = chain_of(topics, topic->key);
			old[i] = topic->chain;
			topic->chain = *chain;
			*chain = topic;
		}
	}
	free(old);
}

static void list_add(struct topics *topics, struct topic *topic, int64_t now_ms)
{
	topic->touched_ms = now_ms;
	topic->newer = NULL;
	topic->older = topics->newest;
	*(topics->newest ? &topics->newest->newer : &topics->oldest) = topic;
	topics->newest = topic;
	topics->unwatched_count++;
}

static void list_remove(struct topics *topics, struct topic *topic)
{
	*(topic->older ? &topic->older->newer : &topics->oldest) = topic->newer;
	*(topic->newer ? &topic->newer->older : &topics->newest) = topic->older;
	topics->unwatched_count--;
}

static struct topic *add(struct topics *topics, uint64_t key)
{
	struct topic *topic = calloc(1, sizeof(*topic));

	VT_BUG_ON(!topic);
	if (topics->count >= topics->chain_count)
		grow(topics);
	topic->key = key;
	struct topic **chain = chain_of(topics, key);
	topic->chain = *chain;
	*chain = topic;
	topics->count++;
	return topic;
}

/* An unwatched topic goes; what it knew is below the floor from now on. */
static void drop(struct topics *topics, struct topic *topic)
{
	struct topic **link = chain_of(topics, topic->key);

	topics_raise_floor(topics, topic->floor);
	for (size_t i = 0; i < TOPIC_RECENT; i++)
		topics_raise_floor(topics, topic->recent[i]);
	while (*link != topic)
		link = &(*link)->chain;
	*link = topic->chain;
	list_remove(topics, topic);
	topics->count--;
	free(topic);
}

void topics_free(struct topics *topics)
{
	while (topics->oldest)
		drop(topics, topics->oldest);
	VT_BUG_ON(topics->count);
	free(topics->chains);
	free(topics);
}

size_t topics_count(const struct topics *topics)
{
	return topics->count;
}

/* --- Watching ---------------------------------------------------------------------------------- */

void topic_watch(struct topics *topics, struct subscription *subscription, uint64_t key)
{
	struct topic *topic = find(topics, key);

	if (!topic)
		topic = add(topics, key);
	else if (!topic->watchers)
		list_remove(topics, topic);
	subscription->topic = topic;
	subscription->previous = NULL;
	subscription->next = topic->watchers;
	if (topic->watchers)
		topic->watchers->previous = subscription;
	topic->watchers = subscription;
}

void topic_unwatch(struct topics *topics, struct subscription *subscription, int64_t now_ms)
{
	struct topic *topic = subscription->topic;

	*(subscription->previous ? &subscription->previous->next : &topic->watchers) = subscription->next;
	if (subscription->next)
		subscription->next->previous = subscription->previous;
	if (!topic->watchers)
		list_add(topics, topic, now_ms);
}

uint64_t topic_of(const struct subscription *subscription)
{
	return subscription->topic->key;
}

struct subscription *topic_watchers(const struct topics *topics, uint64_t key)
{
	const struct topic *topic = find(topics, key);

	return topic ? topic->watchers : NULL;
}

void topic_event(struct topics *topics, uint64_t key, uint64_t xid, int64_t now_ms)
{
	struct topic *topic = find(topics, key);

	if (!topic) {
		topic = add(topics, key);
		list_add(topics, topic, now_ms);
	} else if (!topic->watchers) {
		list_remove(topics, topic);
		list_add(topics, topic, now_ms);
	}
	uint64_t *slot = &topic->recent[topic->next];
	if (*slot > topic->floor)
		topic->floor = *slot;
	*slot = xid;
	topic->next = (topic->next + 1) % TOPIC_RECENT;
}

/* --- Cursors ----------------------------------------------------------------------------------- */

/* May a transaction at or below floor be one that cursor does not see? One that was running for
 * the cursor counts only when it has ended since, or the answer would be yes for as long as it
 * runs. */
static bool below_floor(uint64_t floor, const struct snapshot *cursor, const struct snapshot *latest)
{
	if (cursor->xmax <= floor)
		return true;
	for (size_t i = 0; i < cursor->count; i++) {
		if (cursor->running[i] <= floor && snapshot_sees(latest, cursor->running[i]))
			return true;
	}
	return false;
}

bool topic_has_news(const struct subscription *subscription, const struct snapshot *cursor,
		    const struct snapshot *latest)
{
	const struct topic *topic = subscription->topic;

	for (size_t i = 0; i < TOPIC_RECENT; i++) {
		if (topic->recent[i] && !snapshot_sees(cursor, topic->recent[i]))
			return true;
	}
	return topic->floor && below_floor(topic->floor, cursor, latest);
}

bool topics_forgot(const struct topics *topics, const struct snapshot *cursor,
		   const struct snapshot *latest)
{
	return below_floor(topics->floor, cursor, latest);
}

void topics_raise_floor(struct topics *topics, uint64_t xid)
{
	if (xid > topics->floor)
		topics->floor = xid;
}

void topics_expire(struct topics *topics, int64_t now_ms)
{
	while (topics->oldest && (topics->oldest->touched_ms < now_ms - TOPIC_UNWATCHED_MS ||
				  topics->unwatched_count > TOPIC_UNWATCHED_MAX))
		drop(topics, topics->oldest);
}
