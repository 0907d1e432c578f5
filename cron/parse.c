#include "base/vt.h"
#include "channel/channel.h"
#include "cron/command.h"

#include <errno.h>

#define PAYLOAD_MAX ((size_t)40 * 1024 * 1024)

static int read_payload(struct vt_ctx *ctx, const char *path, char **out, size_t *size)
{
	FILE *file = fopen(path, "rb");

	if (!file)
		return vt_fail(ctx, VT_E_NOT_FOUND, "%s: %s", path, strerror(errno));
	fseek(file, 0, SEEK_END);
	long length = ftell(file);
	rewind(file);
	if (length < 0 || (size_t)length > PAYLOAD_MAX) {
		fclose(file);
		return vt_fail(ctx, VT_E_TOO_LARGE, "%s is no payload", path);
	}
	*out = arena_alloc(ctx->arena, (size_t)length + 1);
	*size = fread(*out, 1, (size_t)length, file);
	(*out)[*size] = '\0';
	fclose(file);
	return 0;
}

static int print_events(struct vt_ctx *ctx, const struct channel *network, const char *path)
{
	struct channel_event *events = NULL;
	size_t size = 0, count = 0;
	char *raw = NULL;

	if (read_payload(ctx, path, &raw, &size) < 0 ||
	    network->parse(ctx, raw, size, &events, &count) < 0)
		return vt_note(ctx, "%s", path);
	for (size_t i = 0; i < count; i++)
		puts(channel_event_json(ctx, &events[i]));
	return 0;
}

/* The first that cannot be understood ends it: what came before is printed. */
int command_parse(struct vt_ctx *ctx, const struct config *config, int argc, char **argv)
{
	const struct channel *network = argc > 1 ? channel_by_name(argv[1]) : NULL;

	(void)config;
	if (argc < 3)
		return vt_fail(ctx, VT_E_INVALID, "usage: ventanilla parse NETWORK FILE...");
	if (!network)
		return vt_fail(ctx, VT_E_NOT_FOUND, "no network '%s'", argv[1]);
	for (int i = 2; i < argc; i++) {
		if (print_events(ctx, network, argv[i]) < 0)
			return -1;
	}
	return 0;
}
