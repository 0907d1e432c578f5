/*
 * A flow: parsed, bounded, validated. Node types:
 *   message   config {text, file?}                     outputs: next
 *   menu      config {text, retries?, invalid?}        outputs: one per option (key, label), else
 *   ask       config {text, kind, variable, retries?, invalid?}  kind text|cuit|dni|email|number|date
 *                                                      outputs: ok, fail (after `retries` wrong answers)
 *   condition config {variable, operator, value}       operator is|not|contains|exists  outputs: yes, no
 *   set       config {variable, value}                 outputs: next
 *   hours     config {scope}                           outputs: open, closed
 *   typify    config {typification}                    outputs: next
 *   handoff   config {queue, text}                     ends the bot's part
 *   close     config {text}                            ends the conversation
 * file is "<SHA-256 in hex>/<name>": a stored file and the name it is sent under.
 * Text may hold {variable}; what a contact wrote is never read as a template.
 */
#ifndef VT_BOT_FLOW_H
#define VT_BOT_FLOW_H

#include "base/vt.h"

#define FLOW_NODES_MAX 500
#define FLOW_SIZE_MAX (1024 * 1024)

struct flow;

struct flow_fault {
	const char *node;      /* id, or "" for the flow itself */
	const char *key;       /* locale key: "flow.unreachable", "flow.dead_end", "flow.missing_output", ... */
	const char *detail;
};

/* Parse and validate. VT_E_INVALID when anything is wrong; then faults lists every fault found
 * (at most 100). faults may be NULL. */
int flow_parse(struct vt_ctx *ctx, const char *json, size_t size, struct flow **out,
	       struct flow_fault **faults, size_t *fault_count) VT_MUST_CHECK;

#endif
