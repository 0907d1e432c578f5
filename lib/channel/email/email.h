/*
 * E-mail: RFC 5322 and MIME in, by IMAP; SMTP out (RFC 5321).
 *
 * Raw, one of
 *   {"raw": "..."}   a mail's source whole, as fixtures have it: one event, its text as written
 *   {"mail": {...}}  what is stored of one that was fetched (email_stored): its text and its quoted
 *                    tail apart, its files as they are kept here, one event each after the text's
 *   {"refused": "..."}  one that cannot be understood, and why (email_refused)
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

/* The words of a mail that goes out, lines ending in \r\n: with the line's signature, and for a person's answer what it
 * answers ("said"). In ctx->arena. */
const char *email_text(struct vt_ctx *ctx, const struct channel_message *message);

/* A file of a mail that is kept here. */
struct email_file {
	int64_t file_id, size;         /* file_id 0: it is not kept, for its type or size */
	const char *name, *type;
	const char *content_id;        /* how the HTML names it; "" or NULL: it does not */
};

/* The raw of a fetched mail, {"mail": {...}}, with its files as they were stored; settings: the
 * line's, whose addresses' own mails are no one's question. In ctx->arena. */
const char *email_stored(struct vt_ctx *ctx, const struct mime_mail *mail, struct json *settings,
			 const struct email_file *files, size_t count);
/* The raw of one that cannot be taken in, so that it stands aside with the reason: how it begins, as
 * far as it was read. In ctx->arena. */
const char *email_refused(struct vt_ctx *ctx, const char *why, const char *begins, size_t size);
/* What it says, whole; of HTML alone its text. */
const char *email_said(struct vt_ctx *ctx, const struct mime_mail *mail);

/* Of an id of ours, "<conv-12.m7.88@domain>" or a text that has one: the case (0: none) and the
 * reference, "" for none. */
struct email_own {
	int64_t conversation;
	const char *reference;
};
struct email_own email_own_id(struct vt_ctx *ctx, const char *text);

/* Is it one of the line's addresses: its account, or one of its queues'? */
bool email_is_own(struct json *settings, const char *address);

/* Where the quoted tail of a text begins; its size when it has none. Lines end in \n. */
size_t email_quote_begins(const char *text);

/* Of the request for what goes out: the server, the sender of the envelope, who logs in. */
int email_address(struct vt_ctx *ctx, const struct channel_message *message, struct channel_request *request);
/* A refusal without what may name people. */
const char *email_server_said(struct vt_ctx *ctx, const struct channel_answer *answer);
/* The test of a line: first SMTP, then the mailbox, if there is one; both are tried whatever the first says. An
 * answer of status 0 is none, its body says why. */
int email_check_build(struct vt_ctx *ctx, const struct channel_message *message, struct channel_request *request);
int email_check_result(struct vt_ctx *ctx, const struct channel_message *message,
		       const struct channel_answer *answer, struct channel_result *result);

/* The record's functions; see channel.h. */
int email_parse(struct vt_ctx *ctx, const char *raw, size_t size,
		struct channel_event **events, size_t *count);
int email_build(struct vt_ctx *ctx, const struct channel_message *message,
		struct channel_request *request);
int email_result(struct vt_ctx *ctx, const struct channel_message *message,
		 const struct channel_answer *answer, struct channel_result *result);

/* What a subject is about: bare of what stands before it when it is answered or passed on ("Re:", "RV:") and of our
 * number of the case, "[#12]". In ctx->arena. */
const char *email_subject(struct vt_ctx *ctx, const char *subject);
/* Why a mail did not arrive, of what was noted of it ("... 550 5.1.1"): a word of the locale, desk.failed.<word>; NULL:
 * it does not say. */
const char *email_failure(const char *error);

#endif
