/*
 * Wake-ups: who watches a topic learns that something happened there.
 *
 * A topic is a letter and a number: c<conversation_id>, o<user_id> (an
 * operator's list), q<queue_id>, b0 (the board), s<session_id>, v<visitor_id>.
 * Inside a transaction, wake_add collects topics; before COMMIT they are
 * written as one row of table wake (with the transaction's xid8); after it a
 * datagram goes to the local live program. Both are hints: a lost datagram is
 * repaired by live's tail poll of the table each second (live-layer notes,
 * 1.4). The payload names topics, never content.
 */
#ifndef VT_DB_WAKE_H
#define VT_DB_WAKE_H

#include "base/vt.h"

/* Bytes of a hint: "w <xid> <topic> <topic> ..." as a datagram, the same without "w " as a NOTIFY
 * on channel wake. It names all topics of its transaction; when they do not fit there is none. */
#define WAKE_HINT_MAX 7900

/* Where hints go: $VT_RUN/live.wake for the live program, and
 * $VT_RUN/<command>.<lane>.wake for workers. Call once in main. */
void wake_init(const char *run_directory);

/* Add a topic to the running transaction (repeats are dropped). Needs db_begin/db_transaction, and
 * comes before db_commit. */
void wake_add(struct vt_ctx *ctx, char kind, int64_t id);

/* Also nudge a worker lane after COMMIT ("intake", 0), ("route", 0). command lives as long as the
 * transaction. */
void wake_worker(struct vt_ctx *ctx, const char *command, int lane);

/* A sign that needs no row and may be lost: somebody types. who is 'v' (visitor)
 * or 'a' (operator). Sent at once as a datagram "t c<conversation> v<visitor> <who>". */
void wake_typing(struct vt_ctx *ctx, int64_t conversation_id, int64_t visitor_id, char who);

/* Nudge a worker now, outside any transaction. */
void wake_worker_now(const char *command, int lane);

#endif
