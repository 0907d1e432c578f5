/* What the screens of operators share: which of them are meant. */
#ifndef VT_STAFF_AGENTS_H
#define VT_STAFF_AGENTS_H

#include "cgi-bin/staff/staff.h"

#define AGENTS_MAX 2000        /* meant at once */

struct agent_filter {
	const char *kind;      /* of state, as SQL_AGENTS has it; "": any */
	const char *words;     /* of a name, or the beginning of a staff number; "" */
	const char *order;     /* as SQL_AGENTS has it; "": by name */
	int64_t queue_id;      /* 0: any */
};

/* From a query or a form (request_query, request_form); what makes no sense is as if it were not there. */
void agent_filter_read(struct vt_ctx *ctx, const struct request *request,
		       const char *(*read)(const struct request *request, const char *name),
		       struct agent_filter *out);
/* The same as a query, without "?". */
const char *agent_filter_query(struct vt_ctx *ctx, const struct agent_filter *filter);
/* Queue SQL_AGENTS: rows of the viewer's operators after offset. */
int agents_ask(struct vt_ctx *ctx, const struct session *session, const struct agent_filter *filter, int64_t rows,
	       int64_t offset) VT_MUST_CHECK;
/* The page of operators; page may bring a form's error, and answers as the form's address has it. */
int agents_render(struct vt_ctx *ctx, struct request *request, struct response *response,
		  struct t_node *page) VT_MUST_CHECK;

#endif
