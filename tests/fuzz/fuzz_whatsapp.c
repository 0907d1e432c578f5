/* WhatsApp's parser takes any bytes: events with an id, nothing, or INVALID. */
#include "page_fuzz.h"
#include "channel/whatsapp/whatsapp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	page_fuzz(&channel_whatsapp, data, size);
	return 0;
}
