#include "base/vt.h"
#include "base/secret.h"
#include "base/strbuf.h"
#include "db/db.h"
#include "people/seal.h"
#include "sql_seal.h"

/* One row in a seal: its number, big-endian, and the beginning of its digest. */
#define ENTRY_SIZE 24
#define ENTRY_ID_SIZE 8

struct rows { const uint8_t *data; size_t count; };

static int64_t entry_id(const struct rows *rows, size_t index)
{
	const uint8_t *entry = rows->data + index * ENTRY_SIZE;
	uint64_t id = 0;

	for (size_t i = 0; i < ENTRY_ID_SIZE; i++)
		id = id << 8 | entry[i];
	return (int64_t)id;
}

static bool has_id(const struct rows *rows, size_t from, int64_t id)
{
	for (size_t i = from; i < rows->count; i++) {
		if (entry_id(rows, i) == id)
			return true;
	}
	return false;
}

static void rows_column(struct vt_ctx *ctx, const struct db_result *result, size_t row, struct rows *out)
{
	size_t size;

	out->data = db_bytes(ctx, result, row, "rows", &size);
	out->count = size / ENTRY_SIZE;
}

static int rows_now(struct vt_ctx *ctx, const char *from_xid, const char *to_xid, struct rows *out)
{
	struct db_result *result;

	if (db_one(ctx, &result, &SQL_SEAL_ROWS, "ss", from_xid, to_xid) < 0)
		return -1;
	rows_column(ctx, result, 0, out);
	return 0;
}

static void digest_of(struct vt_ctx *ctx, const uint8_t previous[SECRET_HASH_SIZE],
		      const struct rows *rows, uint8_t digest[SECRET_HASH_SIZE])
{
	struct strbuf text;

	strbuf_init(&text, ctx->arena, SECRET_HASH_SIZE + rows->count * ENTRY_SIZE + 1);
	strbuf_add(&text, previous, SECRET_HASH_SIZE);
	strbuf_add(&text, rows->data, rows->count * ENTRY_SIZE);
	secret_sha256(text.data, text.size, digest);
}

static void digest_text(struct vt_ctx *ctx, const uint8_t digest[SECRET_HASH_SIZE],
			char text[SEAL_DIGEST_TEXT])
{
	snprintf(text, SEAL_DIGEST_TEXT, "%s", secret_hex(ctx->arena, digest, SECRET_HASH_SIZE));
}

static int seal(struct vt_ctx *ctx, void *arg)
{
	static const uint8_t zero[SECRET_HASH_SIZE];
	struct seal_made *made = arg;
	const uint8_t *previous = zero;
	const char *from_xid = "0";
	uint8_t digest[SECRET_HASH_SIZE];
	struct db_result *last, *bound;
	int64_t seal_id = 1;
	struct rows rows;
	size_t size;

	*made = (struct seal_made){ 0 };
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
	if (rows_now(ctx, from_xid, to_xid, &rows) < 0)
		return -1;
	if (!rows.count)
		return 0;
	digest_of(ctx, previous, &rows, digest);
	made->seal_id = seal_id;
	made->rows = (int64_t)rows.count;
	digest_text(ctx, digest, made->digest);
	return db_exec(ctx, NULL, &SQL_SEAL_INSERT, "issiyyy", seal_id, from_xid, to_xid, made->rows,
		       rows.data, rows.count * ENTRY_SIZE, previous, (size_t)SECRET_HASH_SIZE, digest,
		       (size_t)SECRET_HASH_SIZE);
}

int seal_next(struct vt_ctx *ctx, struct seal_made *made)
{
	return db_transaction(ctx, seal, made);
}

struct chain {
	uint8_t digest[SECRET_HASH_SIZE];
	char to_xid[24];
	int64_t seal_id;
};

/* The first row in which what is there differs from what was sealed. */
static enum seal_fault compare(const struct rows *sealed, const struct rows *now, int64_t *audit_id)
{
	size_t i = 0;

	while (i < sealed->count && i < now->count &&
	       !memcmp(sealed->data + i * ENTRY_SIZE, now->data + i * ENTRY_SIZE, ENTRY_SIZE))
		i++;
	if (i == sealed->count && i == now->count)
		return SEAL_HOLDS;
	if (i == sealed->count) {
		*audit_id = entry_id(now, i);
		return SEAL_INSERTED;
	}
	*audit_id = entry_id(sealed, i);
	if (i == now->count)
		return SEAL_REMOVED;
	if (entry_id(now, i) == *audit_id)
		return SEAL_ALTERED;
	if (!has_id(now, i, *audit_id))
		return SEAL_REMOVED;
	*audit_id = entry_id(now, i);
	return SEAL_INSERTED;
}

/* Does the seal itself follow the one before, and is its list of rows the one it was made over? */
static bool follows(struct vt_ctx *ctx, const struct db_result *seal_row, const struct chain *chain,
		    const struct rows *sealed, uint8_t digest[SECRET_HASH_SIZE])
{
	size_t size;

	const uint8_t *previous = db_bytes(ctx, seal_row, 0, "previous_digest", &size);
	const uint8_t *stored = db_bytes(ctx, seal_row, 0, "digest", &size);
	digest_of(ctx, chain->digest, sealed, digest);
	return db_i64(seal_row, 0, "seal_id") == chain->seal_id + 1 &&
		!strcmp(db_text(seal_row, 0, "from_xid"), chain->to_xid) &&
		!memcmp(previous, chain->digest, SECRET_HASH_SIZE) &&
		!memcmp(stored, digest, SECRET_HASH_SIZE);
}

/* The next seal of the chain; *more false when there is none or it does not hold. */
static int verify_next(struct vt_ctx *ctx, struct chain *chain, struct seal_finding *finding, bool *more)
{
	uint8_t digest[SECRET_HASH_SIZE];
	struct db_result *result;
	struct rows sealed, now;

	*more = false;
	if (db_query(ctx, &result, &SQL_SEAL_AFTER, "i", chain->seal_id) < 0)
		return -1;
	if (!db_rows(result))
		return 0;
	const char *to_xid = db_text(result, 0, "to_xid");
	finding->seal_id = chain->seal_id + 1;
	rows_column(ctx, result, 0, &sealed);
	if (!follows(ctx, result, chain, &sealed, digest)) {
		finding->fault = SEAL_BROKEN;
		return 0;
	}
	if (rows_now(ctx, chain->to_xid, to_xid, &now) < 0)
		return -1;
	finding->fault = compare(&sealed, &now, &finding->audit_id);
	if (finding->fault != SEAL_HOLDS)
		return 0;
	memcpy(chain->digest, digest, SECRET_HASH_SIZE);
	snprintf(chain->to_xid, sizeof(chain->to_xid), "%s", to_xid);
	chain->seal_id++;
	finding->checked++;
	digest_text(ctx, digest, finding->digest);
	*more = true;
	return 0;
}

/* Each seal's rows in memory of their own: a chain may be of any length. */
static int verify_chain(struct vt_ctx *ctx, struct seal_finding *finding)
{
	struct chain chain = { .to_xid = "0" };
	struct arena *arena = ctx->arena;
	bool more = true;
	int result = 0;

	ctx->arena = arena_new();
	while (more && result == 0) {
		result = verify_next(ctx, &chain, finding, &more);
		arena_reset(ctx->arena);
	}
	arena_free(ctx->arena);
	ctx->arena = arena;
	return result;
}

/* Rows that no seal will ever come to. */
static int verify_future(struct vt_ctx *ctx, struct seal_finding *finding)
{
	struct db_result *result;

	if (db_query(ctx, &result, &SQL_SEAL_FUTURE_ROW, "") < 0)
		return -1;
	if (!db_rows(result))
		return 0;
	finding->fault = SEAL_INSERTED;
	finding->seal_id = 0;
	finding->audit_id = db_i64(result, 0, "audit_id");
	return 0;
}

int seal_verify(struct vt_ctx *ctx, struct seal_finding *finding)
{
	struct db_result *row;

	*finding = (struct seal_finding){ .actor_name = "", .action = "" };
	if (verify_chain(ctx, finding) < 0)
		return -1;
	if (finding->fault == SEAL_HOLDS && verify_future(ctx, finding) < 0)
		return -1;
	if (!finding->audit_id)
		return 0;
	if (db_query(ctx, &row, &SQL_SEAL_ROW, "i", finding->audit_id) < 0)
		return -1;
	if (!db_rows(row))
		return 0;
	finding->at = db_time_us(row, 0, "at");
	finding->actor_name = db_text(row, 0, "actor_name");
	finding->action = db_text(row, 0, "action");
	return 0;
}
