#include "base/vt.h"
#include "base/json.h"
#include "base/strbuf.h"
#include "base/utf8.h"
#include "bot/answer.h"
#include "bot/flow-private.h"

#define RUN_ACTIONS_MAX (2 * BOT_STEPS_MAX + 4)
#define VARIABLE_MAX 1000

struct run {
	struct vt_ctx *ctx;
	const struct flow *flow;
	const struct bot_environment *environment;
	struct json *variables;
	struct node *node;             /* where the flow stands; NULL: ended */
	int wrong;                     /* wrong answers to the node that waits */
	struct bot_action *actions;
	size_t count;
	bool waits;
};

static struct bot_action *act(struct run *run, enum bot_action_kind kind)
{
	VT_BUG_ON(run->count >= RUN_ACTIONS_MAX);
	struct bot_action *action = &run->actions[run->count++];
	action->kind = kind;
	return action;
}

/* {name} is the variable's value. What is filled in is not read again. */
static const char *fill(struct run *run, const char *text)
{
	struct strbuf out;

	if (!strchr(text, '{'))
		return text;
	strbuf_init(&out, run->ctx->arena, strlen(text) + 64);
	while (*text) {
		const char *close = *text == '{' ? strchr(text, '}') : NULL;
		if (!close) {
			strbuf_putc(&out, *text++);
			continue;
		}
		char *name = arena_strndup(run->ctx->arena, text + 1, (size_t)(close - text - 1));
		strbuf_puts(&out, json_str(json_at(run->variables, name), "", ""));
		text = close + 1;
	}
	return out.data;
}

static void say(struct run *run, const char *text)
{
	if (*text)
		act(run, BOT_SAY)->text = fill(run, text);
}

static void ask(struct run *run, const struct node *node)
{
	struct bot_action *action = act(run, BOT_SAY);

	action->text = fill(run, node->text);
	run->waits = true;
	if (node->type != NODE_MENU)
		return;
	struct bot_option *options = arena_calloc(run->ctx->arena, node->output_count + 1,
						  sizeof(*options));
	for (size_t i = 0; i < node->output_count; i++) {
		if (strcmp(node->outputs[i].key, "else") != 0)
			options[action->option_count++] = (struct bot_option){
				node->outputs[i].key, node->outputs[i].label };
	}
	action->options = options;
}

static void follow(struct run *run, const char *key)
{
	const struct node_output *output = flow_output(run->node, key);

	VT_BUG_ON(!output);
	run->node = output->target;
	run->wrong = 0;
}

static void remember(struct run *run, const char *name, const char *value)
{
	json_set_str(run->variables, name,
		     arena_strndup(run->ctx->arena, value, utf8_prefix(value, VARIABLE_MAX)));
}

static bool condition_holds(struct run *run, const struct node *node)
{
	const char *value = json_str(json_at(run->variables, node->variable), "", "");
	const char *wanted = fill(run, node->value);
	struct arena *arena = run->ctx->arena;

	switch ((enum condition_operator)node->kind) {
	case CONDITION_IS:
		return !strcmp(utf8_fold(arena, value), utf8_fold(arena, wanted));
	case CONDITION_NOT:
		return strcmp(utf8_fold(arena, value), utf8_fold(arena, wanted)) != 0;
	case CONDITION_CONTAINS:
		return strstr(utf8_fold(arena, value), utf8_fold(arena, wanted)) != NULL;
	case CONDITION_EXISTS:
		return *value != '\0';
	case CONDITION_MAX:
		break;
	}
	return false;
}

/* One node that needs nobody's answer: acts and moves on. */
static void visit(struct run *run)
{
	struct node *node = run->node;
	struct bot_action *action;

	switch (node->type) {
	case NODE_MESSAGE:
		action = act(run, BOT_SAY);
		action->text = fill(run, node->text);
		action->file_key = node->file;
		follow(run, "next");
		break;
	case NODE_SET:
		remember(run, node->variable, fill(run, node->value));
		follow(run, "next");
		break;
	case NODE_CONDITION:
		follow(run, condition_holds(run, node) ? "yes" : "no");
		break;
	case NODE_HOURS:
		follow(run, run->environment->is_open(run->environment->data, node->value)
		       ? "open" : "closed");
		break;
	case NODE_TYPIFY:
		act(run, BOT_TYPIFY)->key = node->value;
		follow(run, "next");
		break;
	case NODE_HANDOFF:
		say(run, node->text);
		act(run, BOT_HAND_OFF)->key = node->value;
		run->node = NULL;
		break;
	case NODE_CLOSE:
		say(run, node->text);
		act(run, BOT_CLOSE);
		run->node = NULL;
		break;
	case NODE_MENU:
	case NODE_ASK:
	case NODE_TYPE_MAX:
		ask(run, node);
		break;
	}
}

static void advance(struct run *run)
{
	for (int steps = 0; run->node && !run->waits; steps++) {
		if (steps == BOT_STEPS_MAX) {
			act(run, BOT_HAND_OFF)->key = "";
			run->node = NULL;
			return;
		}
		visit(run);
	}
}

/* The option a person meant: its key, its number or its label, however they wrote it. */
static const char *chosen_option(struct run *run, const struct node *node,
				 const struct bot_event *event)
{
	struct arena *arena = run->ctx->arena;
	const char *folded = utf8_fold(arena, event->text ? event->text : "");
	char *end;
	long number = strtol(folded, &end, 10);
	long position = 0;

	while (*folded == ' ')
		folded++;
	for (size_t i = 0; i < node->output_count; i++) {
		const struct node_output *output = &node->outputs[i];
		if (!strcmp(output->key, "else"))
			continue;
		position++;
		if (event->kind == BOT_CHOICE && event->key && !strcmp(event->key, output->key))
			return output->key;
		bool is_number = end != folded && !*end && number == position;
		if (event->kind == BOT_TEXT &&
		    (is_number || !strcmp(folded, utf8_fold(arena, output->label))))
			return output->key;
	}
	return NULL;
}

/* Wrong: say so and ask again, or leave by the exit for that. */
static void answer_wrong(struct run *run, const char *exit_key)
{
	if (run->wrong >= run->node->retries) {
		follow(run, exit_key);
		advance(run);
		return;
	}
	run->wrong++;
	say(run, run->node->invalid);
	ask(run, run->node);
}

static const char *identifying_field(const struct node *node)
{
	static const char *const fields[] = { "name", "nombre" };

	switch ((enum ask_kind)node->kind) {
	case ASK_CUIT:
		return "cuit";
	case ASK_EMAIL:
		return "email";
	case ASK_TEXT:
		for (size_t i = 0; i < VT_COUNT(fields); i++) {
			if (!strcmp(node->variable, fields[i]))
				return "name";
		}
		return NULL;
	case ASK_DNI:
		return "dni";
	case ASK_NUMBER:
	case ASK_DATE:
	case ASK_KIND_MAX:
		break;
	}
	return NULL;
}

static void take_answer(struct run *run, const struct bot_event *event)
{
	struct node *node = run->node;
	const char *value = NULL;

	if (node->type == NODE_MENU) {
		const char *key = chosen_option(run, node, event);
		if (!key) {
			answer_wrong(run, "else");
			return;
		}
		follow(run, key);
		advance(run);
		return;
	}
	if (!event->text || !answer_read(run->ctx, node->kind, event->text, &value)) {
		answer_wrong(run, "fail");
		return;
	}
	remember(run, node->variable, value);
	const char *field = identifying_field(node);
	if (field) {
		struct bot_action *action = act(run, BOT_IDENTIFY);
		action->field = field;
		action->value = value;
	}
	follow(run, "ok");
	advance(run);
}

static int load_session(struct run *run, const char *session)
{
	struct json *json;

	if (json_parse(run->ctx, session, strlen(session), FLOW_SIZE_MAX, &json) < 0)
		return -1;
	const char *id = json_str(json, "node", "");
	run->node = flow_node(run->flow, id);
	if (!run->node || (run->node->type != NODE_MENU && run->node->type != NODE_ASK))
		return vt_fail(run->ctx, VT_E_INVALID, "session stands at no waiting node");
	run->wrong = (int)json_i64(json, "wrong", 0);
	struct json *variables = json_at(json, "variables");
	if (json_is_object(variables))
		run->variables = variables;
	return 0;
}

static const char *save_session(struct run *run)
{
	struct json *json = json_new_object(run->ctx);

	json_set_str(json, "node", run->node ? run->node->id : "");
	json_set_i64(json, "wrong", run->wrong);
	json_set_node(json, "variables", run->variables);
	return json_text(run->ctx, json);
}

int bot_step(struct vt_ctx *ctx, const struct flow *flow, const char *session,
	     const struct bot_event *event, const struct bot_environment *environment,
	     struct bot_turn *turn)
{
	struct run run = {
		.ctx = ctx, .flow = flow, .environment = environment,
		.variables = json_new_object(ctx), .node = flow->start,
		.actions = arena_calloc(ctx->arena, RUN_ACTIONS_MAX, sizeof(*run.actions)),
	};

	if (session) {
		if (load_session(&run, session) < 0)
			return -1;
		take_answer(&run, event);
	} else {
		advance(&run);
	}
	*turn = (struct bot_turn){ .session = save_session(&run), .actions = run.actions,
				   .count = run.count, .waits = run.waits };
	return 0;
}
