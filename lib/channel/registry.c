#include "base/vt.h"

#include "channel/channel.h"
#include "channel/webchat/webchat.h"

static const struct channel *const channels[] = {
	&channel_webchat,
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

size_t channel_count(void)
{
	return VT_COUNT(channels);
}

const struct channel *channel_at(size_t index)
{
	VT_BUG_ON(index >= VT_COUNT(channels));
	return channels[index];
}
