/*
 * ClamAV's daemon: is there a virus in these bytes? One exchange a connection
 * (clamd(8), INSTREAM), which never blocks once it began, so that a worker
 * keeps several under way and one that hangs holds up none.
 */
#ifndef VT_NET_CLAMD_H
#define VT_NET_CLAMD_H

#include "base/vt.h"
#include "net/guard.h"

#define CLAMD_CONNECT_MS 3000
#define CLAMD_TEXT_MAX 200

/* Where it listens: a Unix socket (path), or host and port through the guard. */
struct clamd_address {
	const char *path;          /* NULL: host and port */
	const char *host;
	int64_t port;
	struct guard *guard;
};

/* Read "/run/clamav/clamd.ctl" or, as everywhere where inner servers are permitted (net/guard.h), "host:port:CIDR".
 * Strings in ctx->arena. VT_E_INVALID (error.antivirus.address). */
int clamd_address_read(struct vt_ctx *ctx, const char *text, struct clamd_address *out) VT_MUST_CHECK;

/* What is to be looked at: size bytes of a file, or of memory when fd is -1. Borrowed until clamd_end. */
struct clamd_bytes {
	int fd;
	const char *data;
	int64_t size;
};

enum clamd_state {
	CLAMD_ON_ITS_WAY,
	CLAMD_PONG,                /* it is there: what was asked without bytes */
	CLAMD_CLEAN,
	CLAMD_FOUND,               /* clamd_text is the signature's name */
	CLAMD_TOO_LARGE,           /* more than its StreamMaxLength */
	CLAMD_FAILED,              /* nothing is known; clamd_text says why, in English */
};

struct clamd;

/* Connect (at most CLAMD_CONNECT_MS) and begin; bytes NULL: only whether it is there. ends_us: monotonic, when it has
 * failed at the latest. VT_E_UNAVAILABLE: nobody answers there. Outside any transaction. */
int clamd_begin(struct vt_ctx *ctx, const struct clamd_address *address, const struct clamd_bytes *bytes,
		int64_t ends_us, struct clamd **out) VT_MUST_CHECK;
/* As far as it goes without waiting. */
enum clamd_state clamd_step(struct clamd *clamd);
/* The socket to wait for, and for what (POLLIN, POLLOUT). */
int clamd_socket(const struct clamd *clamd, short *events);
/* Printable, at most CLAMD_TEXT_MAX bytes; lives as long as clamd. */
const char *clamd_text(const struct clamd *clamd);
/* NULL is fine. */
void clamd_end(struct clamd *clamd);

#endif
