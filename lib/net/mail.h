/*
 * One e-mail to one address, handed to the agency's mail server (SMTP), through
 * the guard (net/guard.h). With TLS the server's certificate is verified. Never
 * inside a transaction.
 *
 * Errors: VT_E_INVALID (error.mail.address) an address is none;
 * VT_E_FORBIDDEN (error.http.address) the guard refuses the server's address;
 * VT_E_UNAVAILABLE no connection, or no answer in time; VT_E_PROVIDER the
 * server refused the message, or its TLS is not to be trusted. Messages name the
 * server, never who it is for.
 */
#ifndef VT_NET_MAIL_H
#define VT_NET_MAIL_H

#include "base/vt.h"
#include "net/guard.h"

enum mail_tls { MAIL_TLS_STARTTLS, MAIL_TLS_FROM_THE_START, MAIL_TLS_NONE };

struct mail_server {
	const char *host;
	int64_t port;
	enum mail_tls tls;
	const char *sender;            /* an address */
	const struct guard *guard;     /* NULL: public addresses only */
	const char *ca_file;           /* PEM of the authorities to trust; NULL: the system's */
};

struct mail {
	const char *to;                /* an address */
	const char *subject;           /* one line, UTF-8 */
	const char *text;              /* plain, UTF-8, lines end in \n */
};

/* One @ with something before it and a name with a dot after it, and nothing that could be more than
 * an address. What it really reaches, only a message tells. */
bool mail_is_address(const char *text);

int mail_send(struct vt_ctx *ctx, const struct mail_server *server, const struct mail *mail) VT_MUST_CHECK;

#endif
