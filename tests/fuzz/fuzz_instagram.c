/* Instagram's parser takes any bytes: events with a sender and an id, nothing, or INVALID. */
#include "page_fuzz.h"
#include "channel/instagram/instagram.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	page_fuzz(&channel_instagram, data, size);
	return 0;
}
