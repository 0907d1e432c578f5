/*
 * What WhatsApp's news of an account mean for a line:
 * https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference (read 2026-09).
 */
#include "base/vt.h"
#include "base/json.h"
#include "base/utf8.h"
#include "channel/whatsapp/whatsapp-private.h"

#define NUMBER_MAX 15
#define SAID_MAX 120

/* event NULL: whatever else the field says. */
static const struct meaning {
	const char *field, *event, *word;
	enum channel_tone tone;
	const char *quality;
} meanings[] = {
	{ "phone_number_quality_update", "FLAGGED", "quality_low", CHANNEL_TONE_BAD, "RED" },
	{ "phone_number_quality_update", "UNFLAGGED", "quality_back", CHANNEL_TONE_OK, "" },
	{ "phone_number_quality_update", "UPGRADE", "limit_up", CHANNEL_TONE_OK, NULL },
	{ "phone_number_quality_update", "DOWNGRADE", "limit_down", CHANNEL_TONE_WARN, NULL },
	{ "phone_number_quality_update", "THROUGHPUT_UPGRADE", "faster", CHANNEL_TONE_INFO, NULL },
	{ "phone_number_quality_update", NULL, "limit", CHANNEL_TONE_INFO, NULL },
	{ "phone_number_name_update", "APPROVED", "name_approved", CHANNEL_TONE_OK, NULL },
	{ "phone_number_name_update", "REJECTED", "name_rejected", CHANNEL_TONE_WARN, NULL },
	{ "phone_number_name_update", NULL, "name_other", CHANNEL_TONE_INFO, NULL },
	{ "account_update", "VERIFIED_ACCOUNT", "verified", CHANNEL_TONE_OK, NULL },
	{ "account_update", "DISABLED_UPDATE", "banned", CHANNEL_TONE_BAD, NULL },
	{ "account_update", "ACCOUNT_VIOLATION", "violation", CHANNEL_TONE_WARN, NULL },
	{ "account_update", "ACCOUNT_RESTRICTION", "restricted", CHANNEL_TONE_BAD, NULL },
	{ "account_update", "ACCOUNT_DELETED", "deleted", CHANNEL_TONE_BAD, NULL },
	{ "account_update", "PARTNER_REMOVED", "partner_removed", CHANNEL_TONE_BAD, NULL },
	{ "account_update", NULL, "account_other", CHANNEL_TONE_INFO, NULL },
	{ "account_alerts", NULL, "alert", CHANNEL_TONE_INFO, NULL },
	{ "account_review_update", "APPROVED", "review_approved", CHANNEL_TONE_OK, NULL },
	{ "account_review_update", "REJECTED", "review_rejected", CHANNEL_TONE_BAD, NULL },
	{ "account_review_update", NULL, "review_other", CHANNEL_TONE_INFO, NULL },
	{ "business_capability_update", NULL, "limit_new", CHANNEL_TONE_WARN, NULL },
};

static const struct meaning *meaning_of(const struct channel_event *event, const char *what)
{
	for (size_t i = 0; i < VT_COUNT(meanings); i++) {
		if (!strcmp(meanings[i].field, event->name) && (!meanings[i].event || !strcmp(meanings[i].event, what)))
			return &meanings[i];
	}
	return NULL;
}

/* "TIER_10K" or a count of people, as our own word; NULL: it says none. */
static const char *limit_of(struct vt_ctx *ctx, struct json *value)
{
	static const struct { const char *tier, *limit; } tiers[] = {
		{ "TIER_50", "50" }, { "TIER_250", "250" }, { "TIER_1K", "1000" }, { "TIER_2K", "2000" },
		{ "TIER_10K", "10000" }, { "TIER_100K", "100000" }, { "TIER_UNLIMITED", "unlimited" },
	};
	static const char *const names[] = { "max_daily_conversations_per_business", "current_limit",
					     "max_daily_conversation_per_phone" };

	for (size_t i = 0; i < VT_COUNT(names); i++) {
		const char *tier = json_str(value, names[i], "");
		int64_t count = json_i64(value, names[i], 0);

		for (size_t j = 0; j < VT_COUNT(tiers); j++) {
			if (!strcmp(tiers[j].tier, tier))
				return tiers[j].limit;
		}
		if (count)
			return count < 0 ? "unlimited" : arena_printf(ctx->arena, "%" PRId64, count);
	}
	return NULL;
}

/* Its digits; NULL: there are none, or too many. */
static const char *number_of(struct vt_ctx *ctx, struct json *value)
{
	const char *shown = json_str(value, "display_phone_number", json_str(value, "phone_number", ""));
	char digits[NUMBER_MAX + 1];
	size_t size = 0;

	for (; *shown && size < NUMBER_MAX; shown++) {
		if (*shown >= '0' && *shown <= '9')
			digits[size++] = *shown;
	}
	return size && !*shown ? arena_strndup(ctx->arena, digits, size) : NULL;
}

/* Of the members that say more than the event: the first that is there. */
static const char *more_of(struct vt_ctx *ctx, struct json *value)
{
	static const char *const names[] = { "violation_info.violation_type", "restriction_info.0.restriction_type",
		"ban_info.waba_ban_state", "ban_info.waba_ban_state.0", "alert_type", "requested_verified_name" };

	for (size_t i = 0; i < VT_COUNT(names); i++) {
		const char *text = json_str(value, names[i], "");

		if (*text)
			return arena_strndup(ctx->arena, text, utf8_prefix(text, SAID_MAX));
	}
	return NULL;
}

static enum channel_tone alert_tone(struct json *value)
{
	const char *severity = json_str(value, "alert_severity", "");

	return !strcmp(severity, "CRITICAL") ? CHANNEL_TONE_BAD :
		!strcmp(severity, "WARNING") ? CHANNEL_TONE_WARN : CHANNEL_TONE_INFO;
}

void whatsapp_news(struct vt_ctx *ctx, const struct channel_event *event, struct channel_news *news)
{
	struct json *value = json_at(event->detail, "value");
	const char *what = json_str(event->detail, "event", ""), *more = more_of(ctx, value);
	const struct meaning *meaning = meaning_of(event, what);

	*news = (struct channel_news){
		.word = meaning ? meaning->word : "other", .tone = meaning ? meaning->tone : CHANNEL_TONE_INFO,
		.quality = meaning ? meaning->quality : NULL, .limit = limit_of(ctx, value), .number = number_of(ctx, value),
	};
	news->said = news->limit ? news->limit : more ? more : what;
	if (!strcmp(news->word, "alert"))
		news->tone = alert_tone(value);
	if (!strcmp(news->word, "banned") && !strcmp(news->said, "REINSTATE")) {
		news->word = "reinstated";
		news->tone = CHANNEL_TONE_OK;
	}
	if (!strcmp(news->word, "limit_new") && !news->limit)
		news->tone = CHANNEL_TONE_INFO;
	if (news->limit && !strcmp(news->limit, "unlimited")) {
		news->word = "limit_none";
		news->tone = CHANNEL_TONE_OK;
	}
}
