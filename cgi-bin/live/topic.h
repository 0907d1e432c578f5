/*
 * Topics: who watches each, and which transactions touched it lately. A topic
 * is a letter and a number ("c26112300000001"), kept as one 64-bit key.
 *
 * Nothing is forgotten silently: when old transactions of a topic, or a whole
 * topic that nobody watches, make room, a floor rises, and a cursor that may
 * not have seen what is below it counts as behind. Pure: time is given.
 */
#ifndef VT_LIVE_TOPIC_H
#define VT_LIVE_TOPIC_H

#include "cgi-bin/live/snapshot.h"

#define TOPIC_TEXT 24
#define TOPIC_RECENT 6                 /* transactions remembered of each */
#define TOPIC_UNWATCHED_MAX 65536
#define TOPIC_UNWATCHED_MS 120000      /* kept since the last event or watcher */

struct topic;
struct topics;
struct client;

/* One client's interest in one topic; the memory is the client's. */
struct subscription {
	struct topic *topic;
	struct subscription *previous, *next;
	struct client *client;
	bool news;                     /* something happened that the client has not seen */
	bool typing;                   /* somebody types there */
};

/* Read the next topic of "c1 o2 q3"; words that are none are skipped. False at the end. */
bool topic_next(const char **text, uint64_t *key);
void topic_format(uint64_t key, char out[TOPIC_TEXT]);
uint64_t topic_key(char kind, int64_t id);

struct topics *topics_new(void);
void topics_free(struct topics *topics);        /* with nobody watching any more */
size_t topics_count(const struct topics *topics);

void topic_watch(struct topics *topics, struct subscription *subscription, uint64_t key);
void topic_unwatch(struct topics *topics, struct subscription *subscription, int64_t now_ms);
uint64_t topic_of(const struct subscription *subscription);
/* Who watches a topic: a list, NULL when nobody. */
struct subscription *topic_watchers(const struct topics *topics, uint64_t key);
/* Remember that a transaction touched a topic. */
void topic_event(struct topics *topics, uint64_t key, uint64_t xid, int64_t now_ms);

/* Did something happen in the topic that cursor does not see? latest: a snapshot that saw all
 * that is remembered, but for what came in since. */
bool topic_has_news(const struct subscription *subscription, const struct snapshot *cursor,
		    const struct snapshot *latest);
/* Is cursor so old that something may have happened anywhere that is no longer remembered? */
bool topics_forgot(const struct topics *topics, const struct snapshot *cursor,
		   const struct snapshot *latest);
/* What was at or below xid is not known. */
void topics_raise_floor(struct topics *topics, uint64_t xid);
/* Forget what nobody has watched for long, and the oldest of too many. */
void topics_expire(struct topics *topics, int64_t now_ms);

#endif
