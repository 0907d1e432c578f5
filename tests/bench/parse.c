/*
 * What it costs to understand one webhook: a WhatsApp message with its
 * contact, from the stored bytes to an event. Prints microseconds.
 */
#include "base/vt.h"
#include "base/clock.h"
#include "channel/whatsapp/whatsapp.h"

#define ROUNDS 20000

static const char body[] =
	"{\"object\":\"whatsapp_business_account\",\"entry\":[{\"id\":\"800100200300400\",\"changes\":[{\"value\":{"
	"\"messaging_product\":\"whatsapp\",\"metadata\":{\"display_phone_number\":\"5492214290000\","
	"\"phone_number_id\":\"900100200300400\"},\"contacts\":[{\"profile\":{\"name\":\"Graciela Benítez\"},"
	"\"wa_id\":\"5492215550001\",\"user_id\":\"AR.13491208655302741918\"}],\"messages\":[{"
	"\"from\":\"5492215550001\",\"from_user_id\":\"AR.13491208655302741918\","
	"\"id\":\"wamid.HBgNNTQ5MjIxNTU1MDAwMRUCABIYFDNBNEE2NTk5QUVFMDM4MTAxNDRG\",\"timestamp\":\"1764000000\","
	"\"type\":\"text\",\"text\":{\"body\":\"Hola, ¿cómo saco un plan de pagos de la patente?\"}}]},"
	"\"field\":\"messages\"}]}]}";

int main(void)
{
	struct arena *arena = arena_new();
	struct channel_event *events;
	struct vt_ctx ctx;
	size_t count, all = 0;

	vt_ctx_init(&ctx, arena, "bench");
	int64_t began = clock_monotonic_us();
	for (int round = 0; round < ROUNDS; round++) {
		if (channel_whatsapp.parse(&ctx, body, sizeof(body) - 1, &events, &count) == 0)
			all += count;
		arena_reset(arena);
	}
	int64_t spent = clock_monotonic_us() - began;
	printf("%.3f\n", (double)spent / ROUNDS);
	arena_free(arena);
	return all == ROUNDS ? EXIT_SUCCESS : EXIT_FAILURE;
}
