/*
 * The parked-poll program: one process, one event loop, no threads. A request
 * is read, authorised by one statement, and parked as a descriptor and a few
 * bytes; woken, it is handed to staff or webchat by X-Accel-Redirect.
 */
#ifndef VT_LIVE_LIVE_H
#define VT_LIVE_LIVE_H

#include "base/config.h"
#include "base/strbuf.h"
#include "base/vt.h"
#include "db/async.h"
#include "cgi-bin/live/ask.h"
#include "cgi-bin/live/pace.h"
#include "cgi-bin/live/record.h"
#include "cgi-bin/live/snapshot.h"
#include "cgi-bin/live/timer.h"
#include "cgi-bin/live/topic.h"

#define LIVE_HOLD_MS 25000             /* and a tenth more or less */
#define LIVE_READ_MS 5000              /* a peer that does not finish its request */
#define LIVE_ASK_MS 10000              /* a database that does not answer */
#define LIVE_AWAY_MS 2000              /* asks wait this long for a database that is away */
#define LIVE_BOARD_MS 1000             /* between two wakes of the board */
#define LIVE_UNDER_WAY_MAX 64          /* statements sent and not answered */

enum client_state {
	CLIENT_READING,                /* the request is not complete */
	CLIENT_ASKING,                 /* waits for the database to say who it is */
	CLIENT_ASKED,                  /* the database has answered */
	CLIENT_PARKED,
	CLIENT_GONE,                   /* hung up while asking: freed when the database answers */
	CLIENT_DEAD,                   /* freed at the end of the turn */
};

/* One connection of nginx, that is, one request. */
struct client {
	struct timer timer;            /* first: the wheel gives it back */
	int fd;
	uint16_t request_id;
	enum client_state state;
	enum ask_kind kind;
	bool listed;                   /* in the list of the woken, or of those who wait to ask */
	bool forgotten;                /* its cursor is older than what is known */
	struct client *link;           /* in one of those lists, or of the dead */
	struct client *previous, *next; /* all */
	union {
		struct record_reader *reader;        /* reading */
		struct question *question;           /* asking: authorise.c */
	};
	int64_t id;                    /* session or visitor */
	char *page, *cursor;           /* page's memory holds both */
	uint64_t xmin;                 /* of the cursor: what is below has been seen */
	unsigned tail;                 /* number of the last tail sent when it parked */
	struct subscription *subscriptions;
	size_t subscription_count;
};

/* A list that is filled at its end and emptied from its beginning, by client.link. */
struct client_list { struct client *first, *last; };

struct live {
	struct vt_ctx ctx;             /* its arena lasts for a turn of the loop */
	struct config config;
	char host[256];                /* whose presence this program writes */
	int epoll, listener, datagrams, signals;
	int64_t now_ms;                /* monotonic, of this turn */
	bool accepting, draining;
	bool restart;                  /* what we know is of another database: begin anew */
	int64_t accept_again_ms, drain_end_ms;

	struct client *clients;
	size_t client_count, client_max, parked_count;
	struct client_list woken, asking, dead;
	struct wheel wheel;
	struct topics *topics;
	struct pace pace;
	bool board_waits;              /* somebody has news of the board */
	int64_t board_due_ms;

	struct db_async *db;
	int db_watched;                /* the socket that epoll watches, -1 */
	bool db_watched_write;
	int64_t away_since_ms;         /* 0: the database is there */

	bool known;                    /* the first tail has come */
	struct snapshot latest;        /* of the last tail */
	char *latest_text;
	unsigned tails_sent, tail_done;
	bool tail_under_way;
	int64_t tail_due_ms, tail_done_ms;
	uint64_t seen[8192];           /* rows that a hint or a notice told already */

	struct presence *presence;
};

/* --- client.c: connections -------------------------------------------------------------------- */

/* Take over an accepted, non-blocking socket, and read what is there. */
void client_open(struct live *live, int fd);
/* The socket has something: more of the request, or its end. */
void client_ready(struct live *live, struct client *client);
/* Send the whole answer without waiting, close, forget. */
void client_answer(struct live *live, struct client *client, const struct strbuf *text);
void client_answer_error(struct live *live, struct client *client, enum vt_code code);
/* 204: ask again with the cursor you have. */
void client_answer_nothing(struct live *live, struct client *client);
/* Close without an answer. */
void client_drop(struct live *live, struct client *client);
/* Forget for good: also one that is CLIENT_GONE. */
void client_bury(struct live *live, struct client *client);
void clients_free_dead(struct live *live);

void client_list_add(struct client_list *list, struct client *client);
struct client *client_list_take(struct client_list *list);       /* NULL: empty */

/* --- authorise.c: who asks --------------------------------------------------------------------- */

/* The database decides; the client is parked, or answered, when it did. Copies what it needs. */
void authorise_begin(struct live *live, struct client *client, const struct ask *ask);
/* Send waiting questions as far as the database takes them; refuse them when it is away. */
void authorise_go_on(struct live *live);
void question_free(struct question *question);

/* --- park.c: waiting and waking ---------------------------------------------------------------- */

/* The client is who it says: watch topics ("s1 o2 q3"), answer at once when there is news. */
void park_client(struct live *live, struct client *client, int64_t id, const char *topics);
/* Its time is over. */
void park_expired(struct live *live, struct client *client);
void park_release(struct live *live, struct client *client);     /* its subscriptions */
/* A transaction touched a topic. */
void park_event(struct live *live, uint64_t topic, uint64_t xid);
void park_typing(struct live *live, uint64_t topic);
/* Everybody re-reads, spread over some seconds: what happened meanwhile is not known. */
void park_wake_all(struct live *live);
/* At the end of a turn: the board when it may, and all answers of the woken. */
void park_answer_woken(struct live *live);

/* --- news.c: hints, notices, the tail ----------------------------------------------------------- */

int news_open(struct live *live) VT_MUST_CHECK;                  /* binds $VT_RUN/live.wake */
void news_receive(struct live *live);                            /* all datagrams that wait */
void news_notice(struct live *live, const char *payload);        /* "<xid> <topics>" */
void news_tail(struct live *live);                               /* when it is time */

/* --- presence.c ---------------------------------------------------------------------------------- */

struct presence *presence_new(int64_t now_ms);
void presence_free(struct presence *presence);
void presence_note(struct live *live, const struct client *client);
void presence_beat(struct live *live);                           /* when it is time */

/* --- loop.c --------------------------------------------------------------------------------------- */

/* Serve until a signal says to stop and everybody has been answered. */
void loop_run(struct live *live);
int64_t loop_clock_ms(void);

#endif
