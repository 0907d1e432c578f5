#include "base/vt.h"

#include "base/clock.h"
#include "base/utf8.h"
#include "channel/channel.h"
#include "channel/email/email.h"
#include "channel/instagram/instagram.h"
#include "channel/messenger/messenger.h"
#include "channel/sms/sms.h"
#include "channel/telegram/telegram.h"
#include "channel/webchat/webchat.h"
#include "channel/whatsapp/whatsapp.h"
#include "channel/x/x.h"

#define DAY_S (24 * 60 * 60)

static const struct channel *const channels[] = {
	&channel_webchat,
	&channel_whatsapp,
	&channel_messenger,
	&channel_instagram,
	&channel_telegram,
	&channel_sms,
	&channel_x,
	&channel_email,
};

const struct channel *channel_by_messenger(int messenger)
{
	for (size_t i = 0; i < VT_COUNT(channels); i++)
		if (channels[i]->messenger == messenger)
			return channels[i];
	return NULL;
}

const struct channel *channel_by_name(const char *name)
{
	for (size_t i = 0; i < VT_COUNT(channels); i++)
		if (!strcmp(channels[i]->name, name))
			return channels[i];
	return NULL;
}

int64_t channel_window_left_s(const struct channel *channel, int64_t last_contact_at, int64_t now_us)
{
	if (!channel || !channel->window_s)
		return -1;
	int64_t left = channel->window_s - (now_us - last_contact_at) / CLOCK_SECOND;
	return last_contact_at && left > 0 ? left : 0;
}

const char *channel_refusal(const struct channel *channel, int64_t last_contact_at, int64_t now_us)
{
	if (!channel)
		return "error.channel.none";
	if (channel_window_left_s(channel, last_contact_at, now_us))
		return NULL;
	if (channel_can(channel, CHANNEL_CAN_TEMPLATE))
		return "error.channel.window_template";
	return channel->window_s > DAY_S ? "error.channel.window_week" : "error.channel.window";
}

static bool begins(const char *type, const char *with)
{
	return !strncmp(type, with, strlen(with));
}

const char *channel_file_refusal(const struct channel *channel, const char *type, int64_t size)
{
	int64_t most = channel->takes ? channel->takes(type) : channel->file_max;

	if (most)
		return size > most ? "error.channel.file_size" : NULL;
	if (begins(type, "image/"))
		return "error.channel.file_image";
	if (begins(type, "video/"))
		return channel->takes("video/mp4") ? "error.channel.file_video" : "error.channel.file_none";
	if (begins(type, "audio/"))
		return channel->takes("audio/mp4") ? "error.channel.file_audio" : "error.channel.file_none";
	return channel->takes("application/pdf") ? "error.channel.file_document" : "error.channel.file_none";
}

const char *channel_reaction_refusal(const struct channel *channel, const char *emoji)
{
	if (!channel_can(channel, CHANNEL_CAN_REACT))
		return "error.channel.unable";
	if (!*emoji)
		return NULL;
	if (!channel->reactions)
		return utf8_is_emoji(emoji) ? NULL : "error.reaction.emoji";
	for (const char *const *one = channel->reactions; *one; one++) {
		if (!strcmp(*one, emoji))
			return NULL;
	}
	return "error.reaction.network";
}

bool channel_can(const struct channel *channel, enum channel_capability capability)
{
	return channel && (channel->capabilities & capability);
}

size_t channel_count(void)
{
	return VT_COUNT(channels);
}

const struct channel *channel_at(size_t index)
{
	VT_BUG_ON(index >= VT_COUNT(channels));
	return channels[index];
}
