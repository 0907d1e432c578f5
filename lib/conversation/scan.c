#include "base/vt.h"
#include "base/clock.h"
#include "conversation/scan.h"
#include "db/db.h"
#include "sql_conversation.h"

#include <poll.h>

#define LOOK_EVERY_MS 40

static int refused(struct vt_ctx *ctx, const char *key)
{
	return vt_fail_field(ctx, "file", key, "the antivirus lets it not pass: %s", key);
}

int scan_await(struct vt_ctx *ctx, const int64_t *file_ids, size_t count)
{
	int64_t until = clock_monotonic_us() + SCAN_WAIT_MS * 1000;

	for (;;) {
		struct db_result *row;

		if (db_one(ctx, &row, &SQL_FILE_VERDICTS, "I", file_ids, count) < 0)
			return -1;
		if (db_i64(row, 0, "infected"))
			return refused(ctx, "error.file.virus");
		if (db_i64(row, 0, "too_large"))
			return refused(ctx, "error.file.unscannable");
		if (!db_i64(row, 0, "waiting"))
			return 0;
		if (db_bool(row, 0, "down") || clock_monotonic_us() > until)
			return refused(ctx, "error.file.unscanned");
		poll(NULL, 0, LOOK_EVERY_MS);
	}
}
