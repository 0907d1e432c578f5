/*
 * One e-mail to one address, handed to the agency's mail server (SMTP), through
 * the guard (net/guard.h). With TLS the server's certificate is verified, and
 * only then does it get a user's name and password (RFC 4954). Never inside a
 * transaction.
 *
 * Errors: VT_E_INVALID an address or the server's name is none (error.mail.address,
 * .host), or a password would go without TLS (error.mail.plain);
 * VT_E_FORBIDDEN (error.http.address) the guard refuses the server's address;
 * VT_E_UNAVAILABLE no connection, or no answer in time (error.mail.name,
 * .connect, .slow, .broken); VT_E_PROVIDER the server has no TLS or one that is
 * not to be trusted (error.mail.no_tls, .tls, .certificate, .ca), or it refused
 * the password (error.mail.login), the message (error.mail.refused), or one
 * without a password (error.mail.wants_login). Messages name the server and the
 * code of its answer, never who it is for.
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
	const char *user;              /* NULL or "": no log-in */
	const char *password;
	const struct guard *guard;     /* NULL: public addresses only */
	const char *ca_pem;            /* the authorities to trust; NULL or "": the system's */
};

struct mail {
	const char *to;                /* an address */
	const char *subject;           /* one line, UTF-8 */
	const char *text;              /* plain, UTF-8, lines end in \n */
};

/* One @ with something before it and a name with a dot after it, and nothing that could be more than
 * an address. What it really reaches, only a message tells. */
bool mail_is_address(const char *text);
/* A name or an address of a server: letters, digits, dots and dashes. */
bool mail_is_host(const char *text);

int mail_send(struct vt_ctx *ctx, const struct mail_server *server, const struct mail *mail) VT_MUST_CHECK;

#endif
