#include "base/vt.h"
#include "base/secret.h"
#include "db/db.h"
#include "db/migrate.h"

#include <dirent.h>

#define FILE_MAX (1024 * 1024)
#define FILES_MAX 2000

static const char ledger_table[] =
	"CREATE TABLE IF NOT EXISTS schema_migration (name text PRIMARY KEY, sha256 text NOT NULL, "
	"applied_at timestamptz NOT NULL DEFAULT now(), applied_by text NOT NULL DEFAULT session_user)";
static const struct sql ledger_exists = {
	"migrate_ledger", "SELECT to_regclass('schema_migration') IS NOT NULL AS there", 0 };
static const struct sql ledger_read = {
	"migrate_read", "SELECT sha256 FROM schema_migration WHERE name = $1", 1 };
static const struct sql ledger_write = {
	"migrate_write", "INSERT INTO schema_migration (name, sha256) VALUES ($1, $2) "
	"ON CONFLICT (name) DO UPDATE SET sha256 = EXCLUDED.sha256, applied_at = now()", 2 };
static const struct sql one_at_a_time = {
	"migrate_lock", "SELECT 1 AS got FROM pg_advisory_lock(1987, 2)", 0 };

/* A file that changes once applied is an error in migrations, and applied again in the others. */
enum file_kind { FILE_MIGRATION, FILE_REPEATABLE };

struct source {
	const char *name;      /* "migrations/0001_base.sql" */
	const char *text;
	const char *sha256;
	enum file_kind kind;
	bool outside_transaction;
};

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct source *)a)->name, ((const struct source *)b)->name);
}

static int read_source(struct vt_ctx *ctx, const char *share, struct source *source)
{
	char *path = arena_printf(ctx->arena, "%s/sql/%s", share, source->name);
	FILE *file = fopen(path, "re");
	uint8_t hash[SECRET_HASH_SIZE];

	if (!file)
		return vt_fail(ctx, VT_E_INVALID, "cannot read %s", path);
	char *text = arena_alloc(ctx->arena, FILE_MAX);
	size_t size = fread(text, 1, FILE_MAX - 1, file);
	fclose(file);
	secret_sha256(text, size, hash);
	source->text = text;
	source->sha256 = secret_hex(ctx->arena, hash, sizeof(hash));
	source->outside_transaction = strstr(source->name, ".notx.sql") != NULL;
	return 0;
}

static int list_folder(struct vt_ctx *ctx, const char *share, const char *folder, enum file_kind kind,
		       struct source *list, size_t *count)
{
	DIR *directory = opendir(arena_printf(ctx->arena, "%s/sql/%s", share, folder));
	size_t first = *count;
	struct dirent *entry;

	if (!directory)
		return vt_fail(ctx, VT_E_INVALID, "no folder %s/sql/%s", share, folder);
	while ((entry = readdir(directory)) && *count < FILES_MAX) {
		size_t size = strlen(entry->d_name);
		if (size > 4 && !strcmp(entry->d_name + size - 4, ".sql"))
			list[(*count)++] = (struct source){
				.name = arena_printf(ctx->arena, "%s/%s", folder, entry->d_name),
				.kind = kind };
	}
	closedir(directory);
	qsort(list + first, *count - first, sizeof(*list), by_name);
	return 0;
}

/* Migrations in order, then functions, then grants. */
static int list_sources(struct vt_ctx *ctx, const char *share, struct source **list, size_t *count)
{
	*list = arena_calloc(ctx->arena, FILES_MAX + 1, sizeof(**list));
	*count = 0;
	if (list_folder(ctx, share, "migrations", FILE_MIGRATION, *list, count) < 0 ||
	    list_folder(ctx, share, "functions", FILE_REPEATABLE, *list, count) < 0)
		return -1;
	(*list)[(*count)++] = (struct source){ .name = "roles.sql", .kind = FILE_REPEATABLE };
	for (size_t i = 0; i < *count; i++) {
		if (read_source(ctx, share, &(*list)[i]) < 0)
			return -1;
	}
	return 0;
}

/* Is it applied as it stands? A migration that changed since is refused. */
static int applied(struct vt_ctx *ctx, const struct source *source, bool *done)
{
	struct db_result *result;

	if (db_query(ctx, &result, &ledger_read, "s", source->name) < 0)
		return -1;
	*done = db_rows(result) && !strcmp(db_text(result, 0, "sha256"), source->sha256);
	if (db_rows(result) && !*done && source->kind == FILE_MIGRATION)
		return vt_fail(ctx, VT_E_CONFLICT, "%s changed after it was applied", source->name);
	return 0;
}

static int apply_in_transaction(struct vt_ctx *ctx, void *arg)
{
	const struct source *source = arg;

	if (db_script(ctx, "SET LOCAL lock_timeout = '3s'") < 0 || db_script(ctx, source->text) < 0)
		return vt_note(ctx, "in %s", source->name);
	return db_exec(ctx, NULL, &ledger_write, "ss", source->name, source->sha256);
}

static int apply(struct vt_ctx *ctx, struct source *source)
{
	printf("%s\n", source->name);
	if (!source->outside_transaction)
		return db_transaction(ctx, apply_in_transaction, source);
	if (db_script(ctx, source->text) < 0)
		return vt_note(ctx, "in %s", source->name);
	return db_exec(ctx, NULL, &ledger_write, "ss", source->name, source->sha256);
}

int migrate_run(struct vt_ctx *ctx, const char *share_directory)
{
	struct source *list;
	size_t count;

	if (list_sources(ctx, share_directory, &list, &count) < 0 ||
	    db_one(ctx, NULL, &one_at_a_time, "") < 0 || db_script(ctx, ledger_table) < 0)
		return -1;
	/* Grants are for the tables that are there: after any other change they are given anew. */
	bool changed = false;
	for (size_t i = 0; i < count; i++) {
		bool done;
		if (applied(ctx, &list[i], &done) < 0)
			return -1;
		if (done && !(changed && i == count - 1))
			continue;
		if (apply(ctx, &list[i]) < 0)
			return -1;
		changed = true;
	}
	return 0;
}

int migrate_check(struct vt_ctx *ctx, const char *share_directory)
{
	struct db_result *result;
	struct source *list;
	size_t count;

	if (list_sources(ctx, share_directory, &list, &count) < 0 ||
	    db_one(ctx, &result, &ledger_exists, "") < 0)
		return -1;
	if (!db_bool(result, 0, "there"))
		return vt_fail(ctx, VT_E_CONFLICT, "the database is empty");
	for (size_t i = 0; i < count; i++) {
		bool done;
		if (applied(ctx, &list[i], &done) < 0)
			return -1;
		if (!done)
			return vt_fail(ctx, VT_E_CONFLICT, "%s is not applied", list[i].name);
	}
	return 0;
}
