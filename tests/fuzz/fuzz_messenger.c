/* Messenger's parser takes any bytes: events with a sender and an id, nothing, or INVALID. */
#include "page_fuzz.h"
#include "channel/messenger/messenger.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	page_fuzz(&channel_messenger, data, size);
	return 0;
}
