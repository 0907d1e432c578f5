/*
 * Mail, inside: the mailboxes of e-mail lines, each read step by step beside the
 * others. mail.c is the loop, mail_box.c says what is asked of a mailbox next
 * and what its answers mean, mail_take.c makes a row of `inbound` of a mail.
 */
#ifndef VT_CRON_MAIL_H
#define VT_CRON_MAIL_H

#include "base/secret.h"
#include "base/strbuf.h"
#include "base/vt.h"
#include "net/imap.h"

struct db_result;
struct relay;

enum mail_step {
	MAIL_STATUS,                   /* is there anything new? */
	MAIL_LIST,                     /* which mails */
	MAIL_FETCH,                    /* one of them */
};

/* Why a mailbox cannot be read: keys of L.channels.deaf by their number. */
enum mail_fault { MAIL_FAULT_LOGIN = 1, MAIL_FAULT_FOLDER, MAIL_FAULT_AWAY, MAIL_FAULT_BROKEN, MAIL_FAULT_ADDRESS };

struct mail_box {
	int64_t channel_id;
	int64_t revision, secrets_revision;    /* of the line, as it was read */
	bool renews;                   /* its token is made anew by itself (line_watch_ask) */
	bool listed;                   /* the line is read still */
	enum mail_step step;
	bool asking;                   /* a request is under way */
	int64_t next_at;               /* monotonic us of its next request */
	int failures;                  /* in a row */
	bool well;                     /* that it works is on record */
	int64_t noted_at;              /* monotonic us: polled_at was written */
	struct vt_ctx line;            /* arena of what the line says */
	struct json *settings;
	struct imap_mailbox mailbox;
	const char *place;
	bool known;                    /* what follows is of this place: */
	int64_t uid_validity, last_uid, since_s;
	struct vt_ctx round;           /* arena of one reading */
	struct imap_status status;
	struct imap_entry *entries; size_t entry_count, entry;
	int64_t window_end;
	bool anew;                     /* this mail once more, on another connection */
	struct vt_ctx mail;            /* arena of one mail */
	struct strbuf bytes;
};

struct mail {
	struct http_multi *multi;
	struct mail_box **boxes; size_t count, room;
	uint8_t key[SECRET_KEY_SIZE];
	struct vt_ctx world;           /* arena of guard and authorities, and of those before in this shift */
	const char *permitted, *ca;
	struct guard *guard;
	int64_t loaded_at;             /* monotonic us; 0: not at all */
	int64_t bytes;                 /* of mails that are coming */
};

/* A mailbox from a row of mail_boxes, new or as it is now. Never while it is asking. */
void mail_box_read(struct mail *mail, struct mail_box *box, const struct db_result *rows, size_t row);
void mail_box_free(struct mail_box *box);
/* Its next request. VT_E_INVALID: it cannot be asked. */
int mail_box_ask(struct vt_ctx *ctx, struct mail_box *box, struct http_request *out) VT_MUST_CHECK;
/* How many bytes its request brings; 0: few. */
int64_t mail_box_brings(const struct mail_box *box);
/* What an answer means: writes it and sets the next step. -1: the database; the same step comes again. */
int mail_box_answer(struct vt_ctx *ctx, struct relay *relay, struct mail_box *box,
		    const struct http_result *answer) VT_MUST_CHECK;
/* It could not be asked, or not read: on record, told, and later again. */
int mail_box_fails(struct vt_ctx *ctx, struct relay *relay, struct mail_box *box, enum mail_fault fault,
		   const char *why) VT_MUST_CHECK;

/* The mail that box->bytes has, on record with its number; why: it cannot be taken in for this, NULL: it
 * may be. Outside a transaction. */
int mail_take(struct vt_ctx *ctx, struct relay *relay, struct mail_box *box, int64_t uid,
	      const char *why) VT_MUST_CHECK;

#endif
