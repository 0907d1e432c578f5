/*
 * What a request asks: GET /live (staff), GET /live/visitor, GET /live/health.
 * Pure: from the FastCGI parameters alone.
 *
 * Everything of the query that goes on to the internal address has been checked
 * letter by letter, so it needs no escaping there.
 */
#ifndef VT_LIVE_ASK_H
#define VT_LIVE_ASK_H

#include "base/secret.h"
#include "cgi-bin/live/record.h"
#include "cgi-bin/live/snapshot.h"

#define ASK_VIEWS_MAX 16
#define ASK_VIEWS_BYTES 1024

enum ask_kind { ASK_HEALTH, ASK_STAFF, ASK_VISITOR };

struct ask {
	enum ask_kind kind;
	uint8_t token_hash[SECRET_HASH_SIZE];
	const char *views;             /* names without their marks: "desk c26112300000001" */
	const char *page;              /* "v=shell,desk:176" or "k=26112300000001&since=5" */
	const char *cursor;            /* "" when the page has none */
};

/* Texts are in ctx->arena. VT_E_NOT_FOUND: no such address or method. VT_E_UNAUTHENTICATED: no
 * token. VT_E_INVALID: a malformed query. secure: see web/cookie.h. */
int ask_read(struct vt_ctx *ctx, const struct record_reader *reader, bool secure,
	     struct ask *ask) VT_MUST_CHECK;

#endif
