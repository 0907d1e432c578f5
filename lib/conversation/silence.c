#include "base/vt.h"
#include "base/clock.h"
#include "conversation/silence.h"
#include "db/db.h"
#include "sql_silence.h"

static const struct edit_kind kind = { "silence", &SQL_SILENCE_SNAPSHOT };

static bool passed(int64_t since, int64_t seconds, int64_t now)
{
	return seconds > 0 && now - since >= seconds * CLOCK_SECOND;
}

static enum silence_step contact_silent(const struct silence_rule *rule, int64_t since,
					int64_t warned_at, int64_t now)
{
	bool warned = warned_at >= since;

	if (rule->contact_warn_s && rule->contact_warn_s < rule->contact_close_s && !warned)
		return passed(since, rule->contact_warn_s, now) ? SILENCE_WARN_CONTACT : SILENCE_NOTHING;
	if (passed(since, rule->contact_close_s, now)) {
		int64_t rest = rule->contact_close_s - rule->contact_warn_s;
		return !warned || passed(warned_at, rest, now) ? SILENCE_CLOSE : SILENCE_NOTHING;
	}
	return !warned && passed(since, rule->contact_warn_s, now) ? SILENCE_WARN_CONTACT
								   : SILENCE_NOTHING;
}

enum silence_step silence_decide(const struct silence_rule *rule, const struct silence *silence,
				 int64_t now)
{
	int64_t asked = silence->last_contact_at > silence->began_at ? silence->last_contact_at
								     : silence->began_at;

	if (silence->bot)
		return contact_silent(rule, asked, silence->warned_at, now);
	if (silence->last_agent_at > asked)
		return contact_silent(rule, silence->last_agent_at, silence->warned_at, now);
	return silence->warned_at < asked && passed(asked, rule->agent_warn_s, now) ? SILENCE_WARN_AGENT
										   : SILENCE_NOTHING;
}

static int save(struct vt_ctx *ctx, void *data, int64_t *id)
{
	const struct silence_rule *rule = data;

	return db_exec(ctx, NULL, &SQL_SILENCE_UPDATE, "ibisisii", *id, (int)rule->own,
		       rule->contact_warn_s, rule->warn_text, rule->contact_close_s, rule->close_text,
		       rule->typification_id, rule->agent_warn_s);
}

int silence_rule_save(struct vt_ctx *ctx, struct edit *edit, const struct silence_rule *rule)
{
	struct silence_rule data = *rule;

	return edit_run(ctx, edit, &kind, "silence.save", save, &data);
}
