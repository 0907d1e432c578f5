/*
 * The context every request or job carries, and how errors travel.
 *
 * Include this first in every .c file: it brings in banned.h. A function that
 * can fail returns 0 or -1 and fills ctx->error once, where the fault is
 * found (vt_fail). Frames above may add what they know (vt_note) and pass -1
 * up. The border (web response, worker loop, command line) turns the code
 * into a status and a page, and logs the trace.
 */
#ifndef VT_BASE_VT_H
#define VT_BASE_VT_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <inttypes.h>

#include "base/arena.h"

#define VT_MUST_CHECK __attribute__((warn_unused_result))
#define VT_PRINTF(a, b) __attribute__((format(printf, a, b)))
#define VT_COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct db;
struct strbuf;

enum vt_code {
	VT_OK = 0,
	VT_E_INVALID,     /* what the user sent is wrong; error.field says where */
	VT_E_NOT_FOUND,   /* absent, or somebody else's: never told apart */
	VT_E_FORBIDDEN,   /* no permission for the action itself, or CSRF */
	VT_E_UNAUTHENTICATED, /* no session: log in */
	VT_E_CONFLICT,    /* the state does not allow it (any more) */
	VT_E_TOO_LARGE,   /* body, file or text over its limit */
	VT_E_RATE,        /* too many requests, or memory cap reached */
	VT_E_UNAVAILABLE, /* database or peer is away; try again */
	VT_E_PROVIDER,    /* an outside service answered wrongly */
	VT_E_DB,          /* the database refused a statement */
	VT_E_BUG,         /* we are wrong */
	VT_CODE_MAX
};

#define VT_TRACE_MAX 8

struct vt_error {
	enum vt_code code;
	char field[48];      /* form field at fault, or "" */
	char key[64];        /* locale key of the user's text, or "" */
	char message[384];   /* for the log, English, no personal data */
	char sqlstate[6];    /* for VT_E_DB and VT_E_UNAVAILABLE */
	int trace_count;
	char trace[VT_TRACE_MAX][96];
};

struct vt_ctx {
	struct arena *arena;       /* reset after each request or job */
	struct db *db;             /* borrowed; NULL in pure code */
	struct vt_error error;
	int64_t now_us;            /* UTC microseconds, fixed for the request */
	const char *request_id;    /* nginx $request_id, or the job's name */
	const char *program;       /* "staff", "intake", ... */
	/* Who acts, for audit rows; 0 and "" when it is the system. */
	int64_t user_id;
	int64_t session_id;
	const char *remote_address;
	const char *user_agent;
	/* Random bytes; tests replace it to decide them. */
	void (*random_bytes)(void *buffer, size_t size);
};

/* Set up ctx over an arena the caller owns: now from the clock, random from
 * libsodium, everything else empty. */
void vt_ctx_init(struct vt_ctx *ctx, struct arena *arena, const char *program);

/* Forget the error, the arena's content and whose request it was (request_id,
 * user, session, address); take the time anew. */
void vt_ctx_reset(struct vt_ctx *ctx);

/* Raise: fills ctx->error with code, text and place; returns -1. */
#define vt_fail(ctx, code, ...) \
	vt_fail_at(ctx, __FILE__, __LINE__, __func__, code, NULL, NULL, __VA_ARGS__)

/* Raise VT_E_INVALID for a form field. key is the locale key of the text the
 * user sees beside the field ("error.cuit"). */
#define vt_fail_field(ctx, field, key, ...) \
	vt_fail_at(ctx, __FILE__, __LINE__, __func__, VT_E_INVALID, field, key, __VA_ARGS__)

/* Raise any code with a locale key for the user ("error.conversation.closed"). */
#define vt_fail_key(ctx, code, key, ...) \
	vt_fail_at(ctx, __FILE__, __LINE__, __func__, code, NULL, key, __VA_ARGS__)

/* Add a frame of knowledge to the error that passes by; returns -1. */
#define vt_note(ctx, ...) \
	vt_note_at(ctx, __FILE__, __LINE__, __VA_ARGS__)

int vt_fail_at(struct vt_ctx *ctx, const char *file, int line, const char *func,
	       enum vt_code code, const char *field, const char *key,
	       const char *fmt, ...) VT_PRINTF(8, 9);
int vt_note_at(struct vt_ctx *ctx, const char *file, int line,
	       const char *fmt, ...) VT_PRINTF(4, 5);

/* Forget a handled error. */
void vt_error_clear(struct vt_ctx *ctx);

/* One table for what a code means outside. */
int vt_code_http_status(enum vt_code code);
const char *vt_code_name(enum vt_code code); /* "INVALID": for JSON and logs */

/* A broken promise of ours: log and abort. */
#define VT_BUG_ON(condition) \
	do { if (condition) vt_bug(__FILE__, __LINE__, #condition); } while (0)
void vt_bug(const char *file, int line, const char *what) __attribute__((noreturn));

#include "base/banned.h"

#endif
