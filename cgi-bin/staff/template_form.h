/* What the screens of templates share: templates.c (list), template_form.c (form). */
#ifndef VT_STAFF_TEMPLATE_FORM_H
#define VT_STAFF_TEMPLATE_FORM_H

#include "cgi-bin/staff/staff.h"

/* "Español (Argentina)" of "es_AR"; the code of one that has no name. */
const char *template_language(struct vt_ctx *ctx, const char *code);
/* What a code is called: list "state", "category" or "quality". */
const char *template_word(struct vt_ctx *ctx, const char *list, int code);
/* How one stands: state, category, quality (their names), previous, next, tone, until, reason, asked, refused. */
void template_state_fill(struct vt_ctx *ctx, const struct db_result *rows, size_t row, struct t_node *node);

#endif
