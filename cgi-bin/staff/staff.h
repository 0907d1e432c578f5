/*
 * What the screens of the staff program share: the shell around a page, who
 * is looking, and how a form is answered. A screen is a line in routes.def, a
 * handler, named SQL and a template.
 */
#ifndef VT_STAFF_STAFF_H
#define VT_STAFF_STAFF_H

#include "base/vt.h"
#include "db/db.h"
#include "people/session.h"
#include "web/request.h"
#include "web/response.h"
#include "web/router.h"
#include "web/template.h"

/* The viewer of a row, as conversation_access wants it: "ibb" of a statement's format. Who neither
 * attends nor supervises has no cases and no queues, whatever is assigned to them: nobody, 0. */
#define STAFF_VIEWER(session) \
	(staff_may(session, PERM_DESK_ATTEND) || staff_may(session, PERM_CONVERSATION_SUPERVISE) \
		? (session)->user_id : INT64_C(0)), \
	(int)staff_may(session, PERM_CONVERSATION_SUPERVISE), \
	(int)staff_may(session, PERM_CONVERSATION_ALL)

bool staff_may(const struct session *session, enum permission permission);

/* Where a person begins, by what they may do: "/desk", "/board"; NULL when they may do nothing. */
const char *staff_home(const struct session *session);

/* --- The shell: navigation, top bar, state of the operator ----------------------------------- */

/* Queue the shell's one statement into the open pipeline. */
int shell_ask(struct vt_ctx *ctx, const struct request *request) VT_MUST_CHECK;
/* Fill what shell/_begin.cs needs from that statement's result. screen: "desk", "board", ...: the
 * entry of the navigation, and the script of the page. */
void shell_fill(struct vt_ctx *ctx, const struct request *request, const struct db_result *shell,
		const char *screen, struct t_node *page);
/* Render a template whole into the response, or for live.js (X-Fragment) the fragment alone. */
int staff_render(struct vt_ctx *ctx, const struct request *request, struct response *response,
		 const char *template, const char *fragment, struct t_node *page) VT_MUST_CHECK;

/* A form was taken: 303 to path, or {"next": path} for a script. */
void staff_done(struct vt_ctx *ctx, const struct request *request, struct response *response,
		const char *path);
/* The same with words for a script: {"text": what was done, "next": path}. */
void staff_told(struct vt_ctx *ctx, const struct request *request, struct response *response,
		const char *text, const char *path);
/* The error of a form as the page shows it: error.field, error.text. Forgets it and sets the
 * response's status. */
void staff_form_error(struct vt_ctx *ctx, struct response *response, struct t_node *page);
/* A form of one's own outside the administration came back: 0 when it is shown again with its error in page; -1:
 * not a person's mistake, or a script asked, and the error goes on. */
int staff_form_again(struct vt_ctx *ctx, const struct request *request, struct response *response,
		     struct t_node *page) VT_MUST_CHECK;
/* What a page outside the shell (shell/_bare.cs) shows of who it is for: csrf, person. */
void staff_bare_fill(struct vt_ctx *ctx, const struct session *session, struct t_node *page);
/* Answer with a stored file: sha256, media_type and name of row 0. nginx sends the bytes, with nosniff and a
 * policy that runs nothing (etc/nginx); what a browser may not show in place leaves as a download. */
void staff_file(struct vt_ctx *ctx, struct response *response, const struct db_result *row, int age_max_s);
/* A fresh `once` for a form that works without script. */
const char *staff_once(struct vt_ctx *ctx);

/* --- Clocks: seconds that run on in the page (static/js/app.js) ------------------------------ */

/* Whole seconds from us till now; 0 for what has not been or is still to come. */
int64_t staff_seconds_since(const struct vt_ctx *ctx, int64_t us);
/* Fill node with s, text ("08:04") and, with a target, where it stands against it: target, class
 * (w1 from half of it on, w2 beyond it) and pace (soon, late). */
void staff_clock_fill(struct vt_ctx *ctx, int64_t since_us, int64_t target_s, struct t_node *node);
/* The same with both thresholds said: warn too; critical_s 0: neither. */
void staff_clock_between(struct vt_ctx *ctx, int64_t since_us, int64_t warning_s, int64_t critical_s,
			 struct t_node *node);

/* --- Live: parts of a page that a held poll keeps fresh -------------------------------------- */

/* Is text a snapshot, as a poll gives back what its page was made from? */
bool staff_is_cursor(const char *text);

/* One element with data-view in the page: "desk:1764012345678901" or "c26112300000001:57". */
struct live_part {
	const struct request *request;
	int64_t id;             /* of a view whose name is a letter and a number; else 0 */
	int64_t mark;           /* what the page has: a seq, an instant; 0 none */
	size_t first;           /* where this part's results begin */
};

/* A kind of part. ask queues its statements (all parts of a poll leave in one pipeline); answer
 * appends <frag> and <evt> elements rendered from the results. See live_views.def. */
struct live_view {
	const char *name;       /* "desk"; one lower-case letter: name<id> */
	enum permission permission;
	size_t statements;
	int (*ask)(struct vt_ctx *ctx, const struct live_part *part);
	int (*answer)(struct vt_ctx *ctx, const struct live_part *part, struct db_result **results,
		      struct strbuf *out);
};

/* Handlers and live views, from their tables. */
#define ROUTE(method, path, handler, permission, template, audit, flags) \
	int handler(struct vt_ctx *ctx, struct request *request, struct response *response);
#include "cgi-bin/staff/routes.def"
#undef ROUTE

#define LIVE_VIEW(name, permission, statements, prefix) \
	int prefix##_ask(struct vt_ctx *ctx, const struct live_part *part); \
	int prefix##_answer(struct vt_ctx *ctx, const struct live_part *part, \
			    struct db_result **results, struct strbuf *out);
#include "cgi-bin/staff/live_views.def"
#undef LIVE_VIEW

#endif
