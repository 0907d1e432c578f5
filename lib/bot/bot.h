/*
 * The bot engine: a pure function (flow, session, event) -> (session, actions).
 * The database, the clock and web services are outside, so the same code runs
 * production, TEST, replays, the simulator and the fuzzer.
 *
 * Flow: {"start": id, "nodes": [{"id", "type", "x", "y", "config",
 * "outputs": [{"key", "label", "to"}]}]}. Types and their outputs: flow.h.
 */
#ifndef VT_BOT_BOT_H
#define VT_BOT_BOT_H

#include "base/vt.h"

struct flow;

#define BOT_STEPS_MAX 50        /* nodes visited in one turn; beyond: hand-off to the default queue */

enum bot_event_kind { BOT_START, BOT_TEXT, BOT_CHOICE, BOT_FILE };

struct bot_event {
	enum bot_event_kind kind;
	const char *text;       /* the line; CHOICE: the option's label */
	const char *key;        /* CHOICE: the option's key */
};

enum bot_action_kind {
	BOT_SAY,                /* text, and options (menu) or a file */
	BOT_TYPIFY,             /* key of a tipificación */
	BOT_IDENTIFY,           /* field "cuit", "dni", "email", "name", ...: value for the contact */
	BOT_HAND_OFF,           /* key of a queue ("" = the channel's default) */
	BOT_CLOSE,
};

struct bot_option { const char *key; const char *label; };

struct bot_action {
	enum bot_action_kind kind;
	const char *text;                /* SAY; variables already filled */
	const struct bot_option *options; size_t option_count;
	const char *file_key;            /* SAY with a file shipped with the flow, or NULL */
	const char *key;                 /* TYPIFY, HAND_OFF */
	const char *field, *value;       /* IDENTIFY */
};

struct bot_environment {
	int64_t now_us;
	/* Are the hours of this scope open now? scope: "channel", "bot", or "queue:<key>". */
	bool (*is_open)(void *data, const char *scope);
	void *data;
};

struct bot_turn {
	const char *session;             /* JSON text to store */
	const struct bot_action *actions;
	size_t count;
	bool waits;                      /* the flow waits for the contact */
};

/* session NULL: begin at start. Never fails on what a taxpayer wrote; -1 VT_E_INVALID only for a
 * session that is not ours, VT_E_BUG for a flow that was not validated. Memory in ctx->arena. */
int bot_step(struct vt_ctx *ctx, const struct flow *flow, const char *session,
	     const struct bot_event *event, const struct bot_environment *environment,
	     struct bot_turn *turn) VT_MUST_CHECK;

#endif
