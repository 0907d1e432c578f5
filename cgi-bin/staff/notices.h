/* What a person was told: the list of it, and one of it as the shell of their page tells it. */
#ifndef VT_STAFF_NOTICES_H
#define VT_STAFF_NOTICES_H

#include "cgi-bin/staff/staff.h"

/* Fill id, event, conversation and text, as far as the viewer sees the contact. row: of
 * shell_notices or notice_list. */
void notices_fill(struct vt_ctx *ctx, const struct session *session, const struct db_result *rows,
		  size_t row, struct t_node *item);

#endif
