#include "base/vt.h"
#include "base/secret.h"
#include "base/strbuf.h"
#include "db/db.h"
#include "people/seal.h"
#include "sql_people.h"

static int digest_range(struct vt_ctx *ctx, const char *from_xid, const char *to_xid,
			const uint8_t previous[SECRET_HASH_SIZE], uint8_t digest[SECRET_HASH_SIZE],
			int64_t *rows)
{
	struct db_result *result;
	struct strbuf text;

	if (db_query(ctx, &result, &SQL_SEAL_CONTENT, "ss", from_xid, to_xid) < 0)
		return -1;
	*rows = (int64_t)db_rows(result);
	strbuf_init(&text, ctx->arena, 4096);
	strbuf_add(&text, previous, SECRET_HASH_SIZE);
	for (size_t i = 0; i < db_rows(result); i++) {
		strbuf_puts(&text, db_text(result, i, "content"));
		strbuf_putc(&text, '\n');
	}
	secret_sha256(text.data, text.size, digest);
	return 0;
}

static int seal(struct vt_ctx *ctx, void *arg)
{
	static const uint8_t zero[SECRET_HASH_SIZE];
	const uint8_t *previous = zero;
	const char *from_xid = "0";
	uint8_t digest[SECRET_HASH_SIZE];
	struct db_result *last, *bound;
	int64_t *rows = arg, seal_id = 1;
	size_t size;

	*rows = 0;
	if (db_query(ctx, &last, &SQL_SEAL_LAST, "") < 0)
		return -1;
	if (db_rows(last)) {
		seal_id = db_i64(last, 0, "seal_id") + 1;
		from_xid = db_text(last, 0, "to_xid");
		previous = db_bytes(ctx, last, 0, "digest", &size);
	}
	if (db_one(ctx, &bound, &SQL_SEAL_BOUND, "s", from_xid) < 0)
		return -1;
	const char *to_xid = db_text(bound, 0, "to_xid");
	if (digest_range(ctx, from_xid, to_xid, previous, digest, rows) < 0)
		return -1;
	if (!*rows)
		return 0;
	return db_exec(ctx, NULL, &SQL_SEAL_INSERT, "issiyy", seal_id, from_xid, to_xid, *rows,
		       previous, (size_t)SECRET_HASH_SIZE, digest, (size_t)SECRET_HASH_SIZE);
}

int seal_next(struct vt_ctx *ctx, int64_t *rows)
{
	return db_transaction(ctx, seal, rows);
}

struct chain {
	uint8_t digest[SECRET_HASH_SIZE];
	char to_xid[24];
	int64_t seal_id;
};

static int verify_one(struct vt_ctx *ctx, const struct db_result *seals, size_t row,
		      struct chain *chain, bool *holds)
{
	uint8_t digest[SECRET_HASH_SIZE];
	const char *from_xid = db_text(seals, row, "from_xid");
	int64_t rows;
	size_t size;

	if (digest_range(ctx, from_xid, db_text(seals, row, "to_xid"), chain->digest, digest, &rows) < 0)
		return -1;
	const uint8_t *previous = db_bytes(ctx, seals, row, "previous_digest", &size);
	const uint8_t *stored = db_bytes(ctx, seals, row, "digest", &size);
	*holds = db_i64(seals, row, "seal_id") == chain->seal_id + 1 &&
		 !strcmp(from_xid, chain->to_xid) && rows == db_i64(seals, row, "row_count") &&
		 !memcmp(previous, chain->digest, SECRET_HASH_SIZE) &&
		 !memcmp(stored, digest, SECRET_HASH_SIZE);
	memcpy(chain->digest, digest, SECRET_HASH_SIZE);
	snprintf(chain->to_xid, sizeof(chain->to_xid), "%s", db_text(seals, row, "to_xid"));
	chain->seal_id++;
	return 0;
}

int seal_verify(struct vt_ctx *ctx, int64_t *checked, int64_t *broken)
{
	struct chain chain = { .to_xid = "0" };
	struct db_result *seals;

	*checked = *broken = 0;
	do {
		if (db_query(ctx, &seals, &SQL_SEAL_LIST, "i", chain.seal_id) < 0)
			return -1;
		for (size_t i = 0; i < db_rows(seals); i++) {
			bool holds;
			if (verify_one(ctx, seals, i, &chain, &holds) < 0)
				return -1;
			(*checked)++;
			if (!holds) {
				*broken = chain.seal_id;
				return 0;
			}
		}
	} while (db_rows(seals));
	return 0;
}
