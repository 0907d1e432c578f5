/*
 * E-mail: RFC 5322 and MIME in, by IMAP; SMTP out (RFC 5321).
 *
 * Raw, one of
 *   {"raw": "..."}   a mail's source whole, as fixtures have it: one event, its text as written
 *   {"mail": {...}}  what is stored of one that was fetched (email_stored): its text and its quoted
 *                    tail apart, its files as they are kept here, one event each after the text's
 * Our Message-ID is <conv-CONVERSATION.mREFERENCE@domain>: whatever answers it or brings it back says
 * which case and which message it is about.
 */
#ifndef VT_CHANNEL_EMAIL_EMAIL_H
#define VT_CHANNEL_EMAIL_EMAIL_H

#include "base/json.h"
#include "channel/channel.h"
#include "channel/email/mime.h"
#include "channel/outgoing.h"

#define EMAIL_RAW_MAX ((size_t)40 * 1024 * 1024)       /* a mail as a JSON string */
#define EMAIL_TEXT_MAX 20000                           /* characters */
#define EMAIL_REFERENCE_HEADER "X-Ventanilla-Reference"

extern const struct channel channel_email;

/* A file of a mail that is kept here. */
struct email_file {
	int64_t file_id, size;
	const char *name, *type;
};

/* The raw of a fetched mail, {"mail": {...}}, with its files as they were stored; own: the line's
 * address, whose mails are no one's question. In ctx->arena. */
const char *email_stored(struct vt_ctx *ctx, const struct mime_mail *mail, const char *own,
			 const struct email_file *files, size_t count);

/* Of an id of ours, "<conv-12.m7.88@domain>" or a text that has one: the case (0: none) and the
 * reference, "" for none. */
struct email_own {
	int64_t conversation;
	const char *reference;
};
struct email_own email_own_id(struct vt_ctx *ctx, const char *text);

/* Where the quoted tail of a text begins; its size when it has none. Lines end in \n. */
size_t email_quote_begins(const char *text);

/* What a subject is about: bare of what stands before it when it is answered or passed on ("Re:", "RV:") and of our
 * number of the case, "[#12]". In ctx->arena. */
const char *email_subject(struct vt_ctx *ctx, const char *subject);
/* Why a mail did not arrive, of what was noted of it ("... 550 5.1.1"): a word of the locale, desk.failed.<word>; NULL:
 * it does not say. */
const char *email_failure(const char *error);

/* The record's functions; see channel.h. */
int email_parse(struct vt_ctx *ctx, const char *raw, size_t size,
		struct channel_event **events, size_t *count);
int email_build(struct vt_ctx *ctx, const struct channel_message *message,
		struct channel_request *request);
int email_result(struct vt_ctx *ctx, const struct channel_message *message,
		 const struct channel_answer *answer, struct channel_result *result);

#endif
