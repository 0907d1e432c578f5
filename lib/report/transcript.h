/*
 * A conversation as a document: what somebody takes along, sends to the
 * contact, or puts into a file. Pure: whoever reads the conversation fills a
 * struct transcript with words as they are to stand there (names as far as the
 * reader sees them, dates in their language), and gets text or a PDF. The page
 * in HTML is a template over the same words (templates/transcript).
 *
 * Everything in it is hostile but the labels: control characters are left out,
 * every kind of line end is one, and what stands in one line stays in it.
 */
#ifndef VT_REPORT_TRANSCRIPT_H
#define VT_REPORT_TRANSCRIPT_H

#include "base/strbuf.h"
#include "base/vt.h"

#define TRANSCRIPT_ENTRIES_MAX 5000
#define TRANSCRIPT_TEXT_MAX ((size_t)1024 * 1024)   /* bytes of all messages together */
#define TRANSCRIPT_DIGEST_TEXT 65

enum transcript_voice {
	TRANSCRIPT_CONTACT, TRANSCRIPT_BOT, TRANSCRIPT_AGENT, TRANSCRIPT_NOTE, TRANSCRIPT_SUPERVISOR,
	TRANSCRIPT_EVENT,              /* what happened, told in the middle */
	TRANSCRIPT_VOICES
};

struct transcript_file {
	const char *name;
	const char *about;             /* "PDF · 2,4 MB" */
	const char *sha256;            /* hexadecimal; "" when not known */
};

struct transcript_entry {
	enum transcript_voice voice;
	const char *day;               /* where another day begins; else NULL */
	const char *who;               /* who speaks; of an event "" */
	bool follows;                  /* the same who spoke just before: pages name them once */
	const char *time;              /* "09:54" */
	const char *text;              /* "" for none */
	const char *const *options; size_t option_count;
	const struct transcript_file *file;    /* NULL: none */
	const char *quote;             /* what it answers; NULL: nothing */
	const char *subject;           /* of a mail, where another begins: "Asunto: ..."; NULL: none */
};

struct transcript_fact { const char *label, *value; };

struct transcript {
	const char *agency, *title;
	const char *made;              /* when and by whom the document was; no part of its digest */
	const char *cut;               /* that there is more than this; NULL: it is whole */
	const char *page, *of;         /* "Página", "de" */
	const struct transcript_fact *facts; size_t fact_count;
	const struct transcript_entry *entries; size_t entry_count;
};

/* What a person reads in one line: line ends are spaces, control characters and those that turn the direction of
 * writing are left out. In arena. */
const char *transcript_line(struct arena *arena, const char *text);
/* What may have several lines: each ends with \n. In arena. */
const char *transcript_lines(struct arena *arena, const char *text);

/* The document as plain text, without its last two lines; its digest is the document's in every format. */
void transcript_content(struct arena *arena, const struct transcript *transcript, struct strbuf *out);
void transcript_digest(const struct strbuf *content, char digest[TRANSCRIPT_DIGEST_TEXT]);
/* The same with those two: when it was made, and the digest of all before them. */
void transcript_text(const struct transcript *transcript, const struct strbuf *content, const char *digest,
		     struct strbuf *out);

/* Append the document as a PDF in pages of A4, which looks like the conversation (Pango and Cairo). VT_E_BUG when
 * Cairo will not. */
int transcript_pdf(struct vt_ctx *ctx, const struct transcript *transcript, const char *digest,
		   struct strbuf *out) VT_MUST_CHECK;

#endif
