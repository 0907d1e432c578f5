/* A conversation read for paper (report/transcript.h), as far as somebody may take it. */
#ifndef VT_STAFF_TRANSCRIPT_H
#define VT_STAFF_TRANSCRIPT_H

#include "cgi-bin/staff/staff.h"
#include "people/export.h"
#include "report/transcript.h"

/* What makes a PDF: transcript_pdf, in the pool of slow work. Pages don't carry it, as Pango and what it brings cost each
 * process 0.7 MB; there it is NULL. */
typedef int (*transcript_draw)(struct vt_ctx *ctx, const struct transcript *transcript, const char *digest,
			       struct strbuf *out);
extern transcript_draw staff_transcript_draw;

/* The whole program, until it is told to end; the exit status of main. draw: NULL where no PDF is asked for. */
int staff_serve(transcript_draw draw);

struct transcript_wish {
	const struct db_result *conversation;  /* the row of transcript_conversation */
	const struct export_rule *rule;
	bool internal;                 /* with what only colleagues are to read */
	bool for_contact;              /* as the contact saw it, and no more of their data than a name */
};

/* Fill out from the conversation and its messages, which are read here, as this person sees the contact. What is more
 * than the rule lets, or than a document holds, is left out, and out->cut says so. All of it in ctx->arena. */
int transcript_read(struct vt_ctx *ctx, const struct request *request, const struct transcript_wish *wish,
		    struct transcript *out) VT_MUST_CHECK;

/* The bytes of a transcript in a format, and its digest. A PDF only in the pool of slow work, else VT_E_BUG. */
int transcript_write(struct vt_ctx *ctx, const struct transcript *transcript, enum export_format format,
		     struct strbuf *out, char digest[TRANSCRIPT_DIGEST_TEXT]) VT_MUST_CHECK;

#endif
