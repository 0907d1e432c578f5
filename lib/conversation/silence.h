/*
 * Conversations in which nobody speaks. Who spoke last decides: after us the
 * contact is reminded, and later it is closed; after the contact our side is
 * told, and nothing is ever closed on somebody who waits for an answer.
 */
#ifndef VT_CONVERSATION_SILENCE_H
#define VT_CONVERSATION_SILENCE_H

#include "people/edit.h"

#define SILENCE_MINUTES_MAX 10080      /* a week */
#define SILENCE_TEXT_MAX 1000

struct silence_rule {
	bool own;                      /* a queue's; false: it follows the general one */
	int64_t contact_warn_s, contact_close_s, agent_warn_s;        /* 0: never */
	const char *warn_text, *close_text;
	int64_t typification_id;       /* 0: none */
};

/* What of a conversation counts; all in us UTC, 0 for never. */
struct silence {
	bool bot;                      /* the bot has it: it answered at once, the contact is silent */
	int64_t began_at;              /* opened or given back (bot), assigned or taken up again (operator) */
	int64_t last_contact_at, last_agent_at;
	int64_t warned_at;
};

enum silence_step { SILENCE_NOTHING, SILENCE_WARN_CONTACT, SILENCE_CLOSE, SILENCE_WARN_AGENT };

/* Pure. What is due at now; a contact who is to be reminded is never closed before the rest of the
 * time has passed since the reminder, however late it was given. */
enum silence_step silence_decide(const struct silence_rule *rule, const struct silence *silence,
				 int64_t now);

/* Change the rule edit->id (edit_run). VT_E_INVALID on "typification" when there is none. */
int silence_rule_save(struct vt_ctx *ctx, struct edit *edit, const struct silence_rule *rule) VT_MUST_CHECK;

#endif
