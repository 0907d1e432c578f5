/* The screens of the audit: what is asked for, from the address; the catalogue of actions. */
#ifndef VT_STAFF_AUDIT_H
#define VT_STAFF_AUDIT_H

#include "cgi-bin/staff/admin.h"
#include "people/audit_search.h"

/* Every action there is, sorted, each once: those of the routes and of audit_action.def. In ctx->arena. */
const char *const *audit_catalogue(struct vt_ctx *ctx, size_t *count);
/* "conversation" of "conversation.close". In ctx->arena. */
const char *audit_module(struct vt_ctx *ctx, const char *action);
/* What people call it; the action itself when the locale has no name for it. */
const char *audit_action_name(struct vt_ctx *ctx, const char *action);
const char *audit_module_name(struct vt_ctx *ctx, const char *module);
const char *audit_entity_name(struct vt_ctx *ctx, const char *entity);
const char *audit_program_name(struct vt_ctx *ctx, const char *program);

/* The filter of a search from the fields of pairs (request->query or ->form): from, to
 * ("2026-11-27T14:30"), user, role, module, action, entity, entity_id, conversation, address, before. roles:
 * the result of audit_roles. VT_E_INVALID names the field. Strings live as long as the request. */
int audit_filter_read(struct vt_ctx *ctx, const struct pairs *pairs, const struct db_result *roles,
		      struct audit_filter *filter) VT_MUST_CHECK;
/* What was asked for, as a JSON object of the fields that are not empty: for the record. */
const char *audit_filter_json(struct vt_ctx *ctx, const struct pairs *pairs);
/* The same fields as a query string without "before": "from=...&user=3"; "" for none. */
const char *audit_filter_query(struct vt_ctx *ctx, const struct pairs *pairs);

#endif
