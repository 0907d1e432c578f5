/* Which lane of intake takes what somebody sent. */
#include "base/vt.h"

#include "channel/channel.h"

/* FNV-1a. */
int channel_lane(int64_t channel_id, const char *sender)
{
	uint32_t hash = 2166136261u ^ (uint32_t)channel_id;

	for (const char *c = sender ? sender : ""; *c; c++)
		hash = (hash ^ (uint8_t)*c) * 16777619u;
	return (int)((hash >> 16) % CHANNEL_LANE_REPORTS);
}
