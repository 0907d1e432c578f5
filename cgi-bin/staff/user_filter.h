/* What a list of people is narrowed to, and its pages; shared by the screens that list them. */
#ifndef VT_STAFF_USER_FILTER_H
#define VT_STAFF_USER_FILTER_H

#include "cgi-bin/staff/staff.h"
#include "people/user_import.h"

struct user_filter {
	const char *words, *enabled, *attends;       /* "1", "0" or "" for any */
	int64_t role, queue, channel;                /* 0: any */
};

/* read: request_query for a page, request_form for a form that carries the filter. What makes no
 * sense is as if it were not there. */
void user_filter_read(const struct request *request,
		      const char *(*read)(const struct request *request, const char *name),
		      struct user_filter *out);
/* The same as a query, without "?". */
const char *user_filter_query(struct vt_ctx *ctx, const struct user_filter *filter);
/* page's "filter": the values, its query, and options of roles, queues and channels from
 * SQL_USER_CHOICES. */
void user_filter_fill(struct vt_ctx *ctx, const struct user_filter *filter,
		      const struct db_result *choices, struct t_node *page);

/* ?page=, from 1. */
int64_t user_page_number(const struct request *request);
/* page's "pages": range, total, addresses of the previous and the next. rows: one page, each with
 * the column total; list: the list's address with its query ("/admin/users?role=1"). */
void user_pages_fill(struct vt_ctx *ctx, const struct db_result *rows, int64_t number, int64_t size,
		     const char *list, struct t_node *page);

/* The words of a file of people, from the locale. */
void user_words(struct vt_ctx *ctx, struct user_import_words *words);

#endif
