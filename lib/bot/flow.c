#include "base/vt.h"
#include "base/json.h"
#include "bot/flow-private.h"

#define NODE_OUTPUTS_MAX 30
#define NODE_TEXT_MAX 4096
#define NODE_NAME_MAX 64
#define NODE_FILE_MAX 265      /* SHA-256 in hex, a slash, the name of a file */
#define NODE_RETRIES_MAX 10

static const char *const type_names[NODE_TYPE_MAX] = {
	[NODE_MESSAGE] = "message", [NODE_MENU] = "menu", [NODE_ASK] = "ask",
	[NODE_CONDITION] = "condition", [NODE_SET] = "set", [NODE_HOURS] = "hours",
	[NODE_TYPIFY] = "typify", [NODE_HANDOFF] = "handoff", [NODE_CLOSE] = "close",
};
static const char *const ask_names[ASK_KIND_MAX] = {
	[ASK_TEXT] = "text", [ASK_CUIT] = "cuit", [ASK_DNI] = "dni", [ASK_EMAIL] = "email",
	[ASK_NUMBER] = "number", [ASK_DATE] = "date",
};
static const char *const operator_names[CONDITION_MAX] = {
	[CONDITION_IS] = "is", [CONDITION_NOT] = "not", [CONDITION_CONTAINS] = "contains",
	[CONDITION_EXISTS] = "exists",
};

static int index_of(const char *const *names, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++) {
		if (!strcmp(names[i], name))
			return (int)i;
	}
	return -1;
}

void flow_fault_add(struct flow_check *check, const char *node, const char *key, const char *detail)
{
	if (check->count >= FLOW_FAULTS_MAX)
		return;
	check->faults[check->count++] = (struct flow_fault){ .node = node, .key = key, .detail = detail };
}

struct node *flow_node(const struct flow *flow, const char *id)
{
	for (size_t i = 0; i < flow->count; i++) {
		if (!strcmp(flow->nodes[i].id, id))
			return &flow->nodes[i];
	}
	return NULL;
}

const struct node_output *flow_output(const struct node *node, const char *key)
{
	for (size_t i = 0; i < node->output_count; i++) {
		if (!strcmp(node->outputs[i].key, key))
			return &node->outputs[i];
	}
	return NULL;
}

/* A text of bounded length; too long is a fault, not a cut. */
static const char *bounded(struct flow_check *check, struct json *json, const char *path,
			   size_t max, const char *node_id, const char *fallback)
{
	const char *text = json_str(json, path, fallback);

	if (text && strlen(text) > max) {
		flow_fault_add(check, node_id, "flow.too_long", path);
		return fallback;
	}
	return text;
}

static void read_outputs(struct flow_check *check, struct json *json, struct node *node)
{
	struct json *list = json_at(json, "outputs");
	size_t count = json_array_size(list);

	if (count > NODE_OUTPUTS_MAX) {
		flow_fault_add(check, node->id, "flow.too_many_outputs", "");
		count = NODE_OUTPUTS_MAX;
	}
	node->outputs = arena_calloc(check->ctx->arena, count + 1, sizeof(*node->outputs));
	node->output_count = count;
	for (size_t i = 0; i < count; i++) {
		struct json *output = json_array_at(list, i);
		node->outputs[i].key = bounded(check, output, "key", NODE_NAME_MAX, node->id, "");
		node->outputs[i].label = bounded(check, output, "label", NODE_NAME_MAX, node->id, "");
		node->outputs[i].to = bounded(check, output, "to", NODE_NAME_MAX, node->id, "");
	}
}

static const char *value_member(enum node_type type)
{
	switch (type) {
	case NODE_TYPIFY:
		return "typification";
	case NODE_HANDOFF:
		return "queue";
	case NODE_HOURS:
		return "scope";
	case NODE_MESSAGE:
	case NODE_MENU:
	case NODE_ASK:
	case NODE_CONDITION:
	case NODE_SET:
	case NODE_CLOSE:
	case NODE_TYPE_MAX:
		break;
	}
	return "value";
}

static void read_node(struct flow_check *check, struct json *json, struct node *node)
{
	struct json *config = json_at(json, "config");

	node->id = bounded(check, json, "id", NODE_NAME_MAX, "", "");
	int type = index_of(type_names, NODE_TYPE_MAX, json_str(json, "type", ""));
	node->type_known = type >= 0;
	node->type = node->type_known ? (enum node_type)type : NODE_CLOSE;
	node->text = bounded(check, config, "text", NODE_TEXT_MAX, node->id, "");
	node->file = bounded(check, config, "file", NODE_FILE_MAX, node->id, NULL);
	node->invalid = bounded(check, config, "invalid", NODE_TEXT_MAX, node->id, "");
	node->variable = bounded(check, config, "variable", NODE_NAME_MAX, node->id, "");
	node->value = bounded(check, config, value_member(node->type), NODE_TEXT_MAX, node->id, "");
	int64_t retries = json_i64(config, "retries", 2);
	node->retries = retries < 0 ? 0 : retries > NODE_RETRIES_MAX ? NODE_RETRIES_MAX : (int)retries;
	node->kind = 0;
	if (node->type == NODE_ASK)
		node->kind = index_of(ask_names, ASK_KIND_MAX, json_str(config, "kind", "text"));
	else if (node->type == NODE_CONDITION)
		node->kind = index_of(operator_names, CONDITION_MAX, json_str(config, "operator", ""));
	read_outputs(check, json, node);
}

static void connect(struct flow *flow)
{
	flow->start = flow_node(flow, flow->start_id);
	for (size_t i = 0; i < flow->count; i++) {
		for (size_t k = 0; k < flow->nodes[i].output_count; k++) {
			struct node_output *output = &flow->nodes[i].outputs[k];
			output->target = *output->to ? flow_node(flow, output->to) : NULL;
		}
	}
}

int flow_parse(struct vt_ctx *ctx, const char *text, size_t size, struct flow **out,
	       struct flow_fault **faults, size_t *fault_count)
{
	struct flow_check check = {
		.ctx = ctx,
		.faults = arena_calloc(ctx->arena, FLOW_FAULTS_MAX, sizeof(*check.faults)),
	};
	struct flow *flow = arena_alloc(ctx->arena, sizeof(*flow));
	struct json *json;

	if (faults) {
		*faults = check.faults;
		*fault_count = 0;
	}
	if (json_parse(ctx, text, size, FLOW_SIZE_MAX, &json) < 0)
		return -1;
	struct json *nodes = json_at(json, "nodes");
	flow->count = json_array_size(nodes);
	if (flow->count > FLOW_NODES_MAX)
		return vt_fail(ctx, VT_E_INVALID, "a flow of %zu nodes", flow->count);
	flow->start_id = json_str(json, "start", "");
	flow->nodes = arena_calloc(ctx->arena, flow->count + 1, sizeof(*flow->nodes));
	for (size_t i = 0; i < flow->count; i++)
		read_node(&check, json_array_at(nodes, i), &flow->nodes[i]);
	connect(flow);
	flow_validate(flow, &check);
	if (fault_count)
		*fault_count = check.count;
	if (check.count)
		return vt_fail(ctx, VT_E_INVALID, "flow has %zu faults, first: %s at '%s'", check.count,
			       check.faults[0].key, check.faults[0].node);
	*out = flow;
	return 0;
}
