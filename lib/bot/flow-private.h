/* The parsed form of a flow, shared by flow.c, validate.c and run.c. */
#ifndef VT_BOT_FLOW_PRIVATE_H
#define VT_BOT_FLOW_PRIVATE_H

#include "bot/bot.h"
#include "bot/flow.h"

enum node_type {
	NODE_MESSAGE, NODE_MENU, NODE_ASK, NODE_CONDITION, NODE_SET, NODE_HOURS, NODE_TYPIFY,
	NODE_HANDOFF, NODE_CLOSE, NODE_TYPE_MAX
};

enum ask_kind { ASK_TEXT, ASK_CUIT, ASK_DNI, ASK_EMAIL, ASK_NUMBER, ASK_DATE, ASK_KIND_MAX };
enum condition_operator { CONDITION_IS, CONDITION_NOT, CONDITION_CONTAINS, CONDITION_EXISTS, CONDITION_MAX };

struct node_output {
	const char *key;
	const char *label;
	const char *to;            /* id, "" when not connected */
	struct node *target;
};

struct node {
	const char *id;
	enum node_type type;
	bool type_known;
	const char *text;          /* message, menu, ask, handoff, close */
	const char *file;          /* message: key of a file shipped with the flow, or NULL */
	const char *invalid;       /* menu, ask: said before asking again */
	const char *variable;      /* ask, condition, set */
	const char *value;         /* condition, set; typify: key; handoff: queue; hours: scope */
	int kind;                  /* ask_kind or condition_operator; -1 unknown */
	int retries;
	struct node_output *outputs;
	size_t output_count;
	bool reached;              /* by validation */
};

struct flow {
	struct node *nodes;
	size_t count;
	const char *start_id;
	struct node *start;
};

struct flow_check {
	struct vt_ctx *ctx;
	struct flow_fault *faults;
	size_t count;
};

#define FLOW_FAULTS_MAX 100

void flow_fault_add(struct flow_check *check, const char *node, const char *key, const char *detail);
struct node *flow_node(const struct flow *flow, const char *id);
/* NULL when the node has no such output. */
const struct node_output *flow_output(const struct node *node, const char *key);
/* Everything a saved flow must fulfil; adds to check. */
void flow_validate(struct flow *flow, struct flow_check *check);

#endif
