/*
 * The live program's reader of FastCGI takes any bytes in any pieces: cut
 * differently they mean the same, and what is whole is an ask or an error. The
 * first byte of the input says how to cut.
 */
#include "tests/fuzz/fuzz.h"
#include "cgi-bin/live/record.c"
#include "cgi-bin/live/snapshot.c"
#include "cgi-bin/live/ask.c"

static enum record_state feed_in_pieces(struct record_reader *reader, const uint8_t *data,
					size_t size, size_t piece)
{
	enum record_state state = RECORD_MORE;

	while (size && state != RECORD_BAD) {
		size_t step = size < piece ? size : piece;

		state = record_feed(reader, data, step);
		data += step;
		size -= step;
	}
	return state;
}

static void check_ask(struct vt_ctx *ctx, const struct record_reader *reader)
{
	struct ask ask;

	if (ask_read(ctx, reader, false, &ask) < 0)
		VT_BUG_ON(!ctx->error.code);
	else
		VT_BUG_ON(strpbrk(ask.page, "\r\n %#?\"") || strpbrk(ask.cursor, "\r\n %#?&\""));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct record_reader whole = { 0 }, cut = { 0 };
	struct vt_ctx ctx;

	if (!size)
		return 0;
	fuzz_begin(&ctx);
	size_t piece = (size_t)data[0] + 1;
	enum record_state state = record_feed(&whole, data + 1, size - 1);
	VT_BUG_ON(feed_in_pieces(&cut, data + 1, size - 1, piece) != state);
	if (state == RECORD_WHOLE) {
		VT_BUG_ON(whole.params_size != cut.params_size || whole.body_size != cut.body_size);
		check_ask(&ctx, &cut);
	}
	record_release(&whole);
	record_release(&cut);
	arena_reset(ctx.arena);
	return 0;
}
