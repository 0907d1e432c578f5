/*
 * What the screens of the administration share: their navigation, the form of
 * one thing (page, error, conflict), and what came of it. A screen is a list at
 * /admin/<section>, a form at /admin/<section>/:id ("new" makes one), and a
 * section in admin_sections.def; types.c is the shortest example.
 */
#ifndef VT_STAFF_ADMIN_H
#define VT_STAFF_ADMIN_H

#include "cgi-bin/staff/staff.h"
#include "people/edit.h"

/* May the session open any section? */
bool admin_may(const struct session *session);

/* Section i of all: *key, NULL when the session may not open it. False beyond the last. */
bool admin_section(const struct session *session, size_t i, const char **key);

/* Fill what admin/_begin.cs needs, from the result of shell_ask: shell, sections, what was just
 * done (?done=saved), and once. section: a key of admin_sections.def. */
void admin_fill(struct vt_ctx *ctx, const struct request *request, const struct db_result *shell,
		const char *section, struct t_node *page);

/* The :id of a form's address; 0 for "new". VT_E_NOT_FOUND for anything else that is no id. */
int admin_route_id(struct vt_ctx *ctx, const struct request *request, int64_t *id) VT_MUST_CHECK;

/* Is the instance without any channel, and this somebody who can arrange it? Then they begin at
 * /admin/start (start.c). */
int start_needed(struct vt_ctx *ctx, const struct request *request, bool *needed) VT_MUST_CHECK;

/* --- A form: its values as stored or, when it comes back with an error, as sent ---------------- */

/* Did the form itself come (its macro f_begin marks it), not a button beside it? */
bool admin_sent(const struct request *request);
void admin_field(const struct request *request, struct t_node *form, const char *name,
		 const char *stored);
void admin_field_i64(const struct request *request, struct t_node *form, const char *name,
		     int64_t stored);
void admin_check(const struct request *request, struct t_node *form, const char *name, bool stored);
/* One option of a list: key, label, chosen (by what was sent under name, else stored). Several
 * fields of the same name may have been sent. */
struct t_node *admin_option(const struct request *request, struct t_node *list, const char *name,
			    const char *key, const char *label, bool stored);
/* Numbers sent under name, in their order. VT_E_INVALID (error.invalid) beyond max, or when one is
 * no id. */
int admin_ids(struct vt_ctx *ctx, const struct request *request, const char *name, size_t max,
	      int64_t *ids, size_t *count) VT_MUST_CHECK;

/* Where a thing is in use, page's use: items {what, name} from rows of those columns. */
void admin_use_fill(const struct db_result *rows, struct t_node *page);

/* --- The three handlers of a form ------------------------------------------------------------- */

struct admin_form {
	const char *section;           /* where it goes back to */
	const char *entity;            /* of edit_kind: whose last change a conflict shows */
	/* The form of thing id, 0 for a new one; page may bring an error or a conflict. */
	int (*render)(struct vt_ctx *ctx, const struct request *request, struct response *response,
		      int64_t id, struct t_node *page);
	/* Read the fields and save; edit has id, revision and once already. */
	int (*save)(struct vt_ctx *ctx, const struct request *request, struct edit *edit);
	int (*remove)(struct vt_ctx *ctx, struct edit *edit);
};

int admin_form_page(struct vt_ctx *ctx, struct request *request, struct response *response,
		    const struct admin_form *form) VT_MUST_CHECK;
/* Save or remove; what was wrong comes back in the form, with what was written. */
int admin_form_submit(struct vt_ctx *ctx, struct request *request, struct response *response,
		      const struct admin_form *form) VT_MUST_CHECK;
int admin_form_remove(struct vt_ctx *ctx, struct request *request, struct response *response,
		      const struct admin_form *form) VT_MUST_CHECK;

/* --- The same in pieces, for forms of another shape -------------------------------------------- */

/* id, revision and once of an edit from the form. */
int admin_edit_read(struct vt_ctx *ctx, const struct request *request, struct edit *edit) VT_MUST_CHECK;

/* The form came back: 0 when the page is to be shown again, with error and, after a conflict, who
 * changed what (the form then carries the new revision and can be sent again). -1: not a person's
 * mistake, or a script asked: the error goes on. */
int admin_refused(struct vt_ctx *ctx, const struct request *request, struct response *response,
		  const char *entity, int64_t id, struct t_node *page) VT_MUST_CHECK;

/* 303 (or JSON next) to /admin/<section>?done=<what>. what: a key of L.admin.done. */
void admin_done(struct vt_ctx *ctx, const struct request *request, struct response *response,
		const char *section, const char *what);

/* What differed, field by field, for people: items {name, before, after} below node. before and
 * after: JSON objects as in the audit, NULL for none. */
int admin_difference(struct vt_ctx *ctx, const char *entity, const char *before, const char *after,
		     struct t_node *node) VT_MUST_CHECK;

/* --- What two screens show --------------------------------------------------------------------- */

/* Invite somebody: make the link, send it if it can be sent, and answer with the page that has it
 * (users/invited.cs). section: of admin_sections.def, to which that page leads back. */
int invite_person(struct vt_ctx *ctx, const struct request *request, struct response *response,
		  int64_t user_id, const char *once, const char *section) VT_MUST_CHECK;

/* After people were changed: what those have who attend no more goes back to its queues now. What goes
 * wrong is logged; the worker looks every few seconds. */
void people_release(struct vt_ctx *ctx);

/* Seats: count, named, people, named_count, today, best, best_at; from seat_summary's row. */
void seat_summary_fill(struct vt_ctx *ctx, const struct db_result *row, struct t_node *seats);

#endif
