#include "base/vt.h"
#include "bot/flow-private.h"

static bool waits(const struct node *node)
{
	return node->type == NODE_MENU || node->type == NODE_ASK;
}

static bool ends(const struct node *node)
{
	return node->type == NODE_HANDOFF || node->type == NODE_CLOSE;
}

/* The exits each type must have; a menu has one per option and "else". */
static const char *const *needed_outputs(enum node_type type)
{
	static const char *const next[] = { "next", NULL };
	static const char *const menu[] = { "else", NULL };
	static const char *const ask[] = { "ok", "fail", NULL };
	static const char *const condition[] = { "yes", "no", NULL };
	static const char *const hours[] = { "open", "closed", NULL };
	static const char *const none[] = { NULL };

	switch (type) {
	case NODE_MESSAGE:
	case NODE_SET:
	case NODE_TYPIFY:
		return next;
	case NODE_MENU:
		return menu;
	case NODE_ASK:
		return ask;
	case NODE_CONDITION:
		return condition;
	case NODE_HOURS:
		return hours;
	case NODE_HANDOFF:
	case NODE_CLOSE:
	case NODE_TYPE_MAX:
		break;
	}
	return none;
}

static void check_outputs(struct flow_check *check, const struct node *node)
{
	for (const char *const *key = needed_outputs(node->type); *key; key++) {
		if (!flow_output(node, *key))
			flow_fault_add(check, node->id, "flow.missing_output", *key);
	}
	if (node->type == NODE_MENU && node->output_count < 2)
		flow_fault_add(check, node->id, "flow.menu_empty", "");
	if (ends(node) && node->output_count)
		flow_fault_add(check, node->id, "flow.output_after_end", "");
	for (size_t i = 0; i < node->output_count; i++) {
		const struct node_output *output = &node->outputs[i];
		if (!*output->key || flow_output(node, output->key) != output)
			flow_fault_add(check, node->id, "flow.repeated_output", output->key);
		if (!*output->to)
			flow_fault_add(check, node->id, "flow.dead_end", output->key);
		else if (!output->target)
			flow_fault_add(check, node->id, "flow.unknown_target", output->to);
		if (node->type == NODE_MENU && !*output->label)
			flow_fault_add(check, node->id, "flow.missing_label", output->key);
	}
}

/* Names are ours, not data: letters, digits and underscore. */
static bool name_well_formed(const char *name)
{
	for (; *name; name++) {
		if (!(*name == '_' || (*name >= 'a' && *name <= 'z') || (*name >= '0' && *name <= '9')))
			return false;
	}
	return true;
}

static void check_config(struct flow_check *check, const struct node *node)
{
	if ((waits(node) || ends(node) || (node->type == NODE_MESSAGE && !node->file)) && !*node->text)
		flow_fault_add(check, node->id, "flow.missing_text", "");
	bool uses_variable = node->type == NODE_ASK || node->type == NODE_CONDITION ||
			     node->type == NODE_SET;
	if (uses_variable && !*node->variable)
		flow_fault_add(check, node->id, "flow.missing_variable", "");
	if (!name_well_formed(node->variable))
		flow_fault_add(check, node->id, "flow.bad_variable", node->variable);
	if ((node->type == NODE_TYPIFY || node->type == NODE_HOURS) && !*node->value)
		flow_fault_add(check, node->id, "flow.missing_value", "");
	if (node->kind < 0)
		flow_fault_add(check, node->id, "flow.unknown_kind", "");
}

static void reach(struct node *node)
{
	if (!node || node->reached)
		return;
	node->reached = true;
	for (size_t i = 0; i < node->output_count; i++)
		reach(node->outputs[i].target);
}

/* A ring of nodes in which nobody is asked anything would run for ever. */
static bool runs_in_circles(const struct node *start)
{
	const struct node *node = start;

	for (int steps = 0; steps <= FLOW_NODES_MAX; steps++) {
		if (waits(node) || ends(node) || node->output_count != 1)
			return false;
		node = node->outputs[0].target;
		if (!node)
			return false;
		if (node == start)
			return true;
	}
	return false;
}

void flow_validate(struct flow *flow, struct flow_check *check)
{
	if (!flow->count)
		flow_fault_add(check, "", "flow.empty", "");
	else if (!flow->start)
		flow_fault_add(check, "", "flow.missing_start", flow->start_id);
	reach(flow->start);
	for (size_t i = 0; i < flow->count; i++) {
		struct node *node = &flow->nodes[i];
		if (!*node->id || flow_node(flow, node->id) != node)
			flow_fault_add(check, node->id, "flow.repeated_id", "");
		if (!node->type_known) {
			flow_fault_add(check, node->id, "flow.unknown_type", "");
			continue;
		}
		if (flow->start && !node->reached)
			flow_fault_add(check, node->id, "flow.unreachable", "");
		check_outputs(check, node);
		check_config(check, node);
		if (runs_in_circles(node))
			flow_fault_add(check, node->id, "flow.circle", "");
	}
}
