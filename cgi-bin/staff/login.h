/*
 * What the ways to log in share: the page that offers them, and where it leads
 * afterwards. login.c is the password of ours, login_oidc.c and the others one
 * way each.
 */
#ifndef VT_STAFF_LOGIN_H
#define VT_STAFF_LOGIN_H

#include "cgi-bin/staff/staff.h"
#include "people/login_admit.h"

/* Where to after log-in: a path of ours, or "". */
const char *login_next(const struct request *request);

/* The log-in page. page may bring an error (staff_form_error). seed: the browser's own
 * (csrf_anonymous_seed). Works without the database: what is offered is kept for some seconds, and
 * our own passwords always are. */
int login_show(struct vt_ctx *ctx, const struct request *request, struct response *response,
	       const char *seed, const char *next, struct t_node *page) VT_MUST_CHECK;

/* The log-in came to nothing: the page again, with the error in words. -1 when it is none for a
 * person, or a script asked. */
int login_show_error(struct vt_ctx *ctx, const struct request *request, struct response *response,
		     const char *seed, const char *next) VT_MUST_CHECK;

/* They are in: the cookie, and on to next; what this browser was in before is closed. Wipes token. */
void login_enter(struct vt_ctx *ctx, const struct request *request, struct response *response,
		 char token[SECRET_TOKEN_TEXT], const char *next);

/* Where the browser must go to log out at its provider too; NULL when the session has none that wants
 * it. Asks nobody but the database. Before the session is closed. */
const char *login_away(struct vt_ctx *ctx, const struct session *session);

#endif
