/*
 * Work that never stops, in shifts. Cron starts each lane of a command every
 * minute; one process works, one stands by, the others leave at once. Whoever
 * holds the lane's advisory lock works, on the very session that holds it: a
 * process that lost the lock cannot commit. A crash is taken over in 0.2 s, a
 * hang in 15 s, a new binary comes in with the next shift.
 *
 * Two locks a lane, (class, lane): WORK and STANDBY. One process per host waits
 * (a lock file): it holds STANDBY shared and tries WORK every 200 ms; it must
 * not block in it, for a waiting session keeps the whole database from
 * cleaning up. The holder learns of it by trying STANDBY exclusively.
 */
#ifndef VT_CRON_RELAY_H
#define VT_CRON_RELAY_H

#include "base/config.h"
#include "base/vt.h"

struct relay;

/*
 * What a command does. All of them get ctx with an empty arena and the session's database, outside
 * a transaction; -1 with ctx->error ends in a log line and a pause (0.1 to 2 s), or, when the
 * connection was lost, in a new session: nothing of the old one may be sent again, so on any error
 * return at once.
 */
struct relay_job {
	const char *options;      /* further "-c name=value" of the session, or NULL */
	/* Before standing by, and after a reconnection: load what the work needs, so that
	 * taking over costs no time. relay->state is the job's own, NULL the first time. NULL:
	 * nothing to do. */
	int (*prepare)(struct vt_ctx *ctx, struct relay *relay);
	/* The lane is ours, relay->careful says whether the shift before ended badly. NULL: nothing
	 * to do. */
	int (*begin)(struct vt_ctx *ctx, struct relay *relay);
	/* Do what waits, in less than 10 s. 1: there may be more, call again at once. 0: nothing
	 * else waits; called again after a datagram or a second. Must use the database each time:
	 * a session silent for 15 s counts as hung. */
	int (*turn)(struct vt_ctx *ctx, struct relay *relay);
	/* Something is under way that must end before the lane is handed over; relay->leaving is
	 * then set, and nothing new may begin. NULL: never between turns. */
	bool (*busy)(const struct relay *relay);
	/* Sleep in place of the relay, when the job has sockets of its own: until wake_socket is
	 * readable or timeout_ms passed. NULL: poll. */
	void (*wait)(struct relay *relay, int wake_socket, int timeout_ms);
	/* The session ended (lost: the lane is not ours any more) or is about to: forget what
	 * belongs to it. Without database. NULL: nothing to do. */
	void (*end)(struct relay *relay);
	/* The process ends: release relay->state. NULL: nothing to do. */
	void (*release)(struct relay *relay);
};

struct relay {
	const char *command;
	int number;               /* of the command: lock classes 2n (work) and 2n+1 (stand by) */
	int lane;
	const struct relay_job *job;
	const struct config *config;
	bool careful;
	bool leaving;
	void *state;
	int64_t done;             /* the job adds what it did; written with the heartbeat */
	int wait_file;            /* holds the slot of the standby, -1 */
	int next_socket;          /* told by the one who leaves, -1 */
	int wake_socket;          /* told that there is work, -1 */
	int64_t began_at;         /* monotonic us, of this shift */
	int64_t looked_at, beat_at;
	int64_t hold_until;       /* monotonic us: the job's own, its shift goes on until then (15 minutes in all) */
	int pause_ms;             /* grows with errors in a row */
};

/* Run one lane to the end of its shift, in a child that is started once more when a signal killed
 * it. relay has command, number, lane, job and config. Returns the exit status. */
int relay_main(struct vt_ctx *ctx, struct relay *relay);

#endif
