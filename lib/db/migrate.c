#include "base/vt.h"
#include "base/secret.h"
#include "db/db.h"
#include "db/migrate.h"
#include "sql_db.h"

#include <dirent.h>
#include <poll.h>
#include <sys/stat.h>

/* The lock of who migrates; the numbers of workers' locks are small (cron/commands.def). */
#define LOCK_CLASS 1987
#define LOCK_OBJECT 2
#define LOCK_TRIES 300
#define LOCK_PAUSE_MS 200

/* A file of sql/, and as what it was applied. */
struct source {
	const char *name;      /* "migrations/0001_base.sql" */
	const char *text;
	const char *sha256;
	const char *applied;   /* its digest in the database, NULL: never */
};

struct sources {
	struct source *list;
	size_t count;
	size_t migrations;     /* so many of them, first; then functions, last the grants */
};

static bool is_applied(const struct source *source)
{
	return source->applied && !strcmp(source->applied, source->sha256);
}

static int read_file(struct vt_ctx *ctx, const char *share, const char *name, char **text, size_t *size)
{
	char *path = arena_printf(ctx->arena, "%s/sql/%s", share, name);
	FILE *file = fopen(path, "re");
	struct stat info;

	if (!file || fstat(fileno(file), &info) < 0 || !S_ISREG(info.st_mode)) {
		if (file)
			fclose(file);
		return vt_fail(ctx, VT_E_INVALID, "cannot read %s", path);
	}
	*size = (size_t)info.st_size;
	*text = arena_alloc(ctx->arena, *size + 1);
	size_t got = fread(*text, 1, *size, file);
	fclose(file);
	return got == *size ? 0 : vt_fail(ctx, VT_E_INVALID, "cannot read all of %s", path);
}

static int add_source(struct vt_ctx *ctx, const char *share, struct sources *sources, const char *name)
{
	uint8_t hash[SECRET_HASH_SIZE];
	size_t size;
	char *text;

	if (read_file(ctx, share, name, &text, &size) < 0)
		return -1;
	secret_sha256(text, size, hash);
	sources->list[sources->count++] = (struct source){
		.name = name, .text = text, .sha256 = secret_hex(ctx->arena, hash, sizeof(hash)),
	};
	return 0;
}

static int is_sql(const struct dirent *entry)
{
	size_t size = strlen(entry->d_name);

	return *entry->d_name != '.' && size > 4 && !strcmp(entry->d_name + size - 4, ".sql");
}

/* By bytes: the order is the same in every locale. */
static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int add_folder(struct vt_ctx *ctx, const char *share, struct sources *sources, const char *folder)
{
	char *path = arena_printf(ctx->arena, "%s/sql/%s", share, folder);
	struct dirent **names;
	int count = scandir(path, &names, is_sql, by_name);
	int status = 0;

	if (count < 0)
		return vt_fail(ctx, VT_E_INVALID, "cannot read %s", path);
	struct source *list = arena_calloc(ctx->arena, sources->count + (size_t)count + 1, sizeof(*list));
	if (sources->count)
		memcpy(list, sources->list, sources->count * sizeof(*list));
	sources->list = list;
	for (int i = 0; i < count; i++) {
		if (status == 0)
			status = add_source(ctx, share, sources, arena_printf(ctx->arena, "%s/%s", folder,
									      names[i]->d_name));
		free(names[i]);
	}
	free(names);
	return status;
}

/* "migrations/0012_name.sql" -> 12; 0 when it is not called so. */
static long number_of(const char *name)
{
	const char *digits = strchr(name, '/') + 1;

	return strspn(digits, "0123456789") == 4 && digits[4] == '_' ? strtol(digits, NULL, 10) : 0;
}

static int check_numbers(struct vt_ctx *ctx, const struct sources *sources)
{
	for (size_t i = 0; i < sources->migrations; i++) {
		const char *name = sources->list[i].name;

		if (!number_of(name))
			return vt_fail(ctx, VT_E_INVALID, "%s: a migration is called NNNN_name.sql", name);
		if (i && number_of(name) == number_of(sources->list[i - 1].name))
			return vt_fail(ctx, VT_E_INVALID, "%s: its number is taken", name);
	}
	return 0;
}

/* Every file of the folder, in the order of application. */
static int load_sources(struct vt_ctx *ctx, const char *share, struct sources *sources)
{
	*sources = (struct sources){ 0 };
	if (add_folder(ctx, share, sources, "migrations") < 0)
		return -1;
	sources->migrations = sources->count;
	if (check_numbers(ctx, sources) < 0 || add_folder(ctx, share, sources, "functions") < 0)
		return -1;
	return add_source(ctx, share, sources, "roles.sql");
}

/* Note as what each was applied. *unknown: a migration of the database that the folder has not. */
static int load_ledger(struct vt_ctx *ctx, struct sources *sources, const char **unknown)
{
	struct db_result *ledger;

	*unknown = NULL;
	if (db_query(ctx, &ledger, &SQL_MIGRATE_LIST, "") < 0)
		return -1;
	for (size_t row = 0; row < db_rows(ledger); row++) {
		const char *name = db_text(ledger, row, "name");
		size_t i = 0;

		while (i < sources->count && strcmp(sources->list[i].name, name))
			i++;
		if (i < sources->count)
			sources->list[i].applied = db_text(ledger, row, "sha256");
		else if (!strncmp(name, "migrations/", strlen("migrations/")))
			*unknown = name;
	}
	return 0;
}

/* Forward only: what was applied stays as it was, and nothing slips in before it. */
static int check_history(struct vt_ctx *ctx, const struct sources *sources)
{
	const char *pending = NULL;

	for (size_t i = 0; i < sources->migrations; i++) {
		const struct source *source = &sources->list[i];

		if (!source->applied)
			pending = source->name;
		else if (!is_applied(source))
			return vt_fail(ctx, VT_E_CONFLICT, "%s was changed after it was applied", source->name);
		else if (pending)
			return vt_fail(ctx, VT_E_CONFLICT, "%s comes before %s, which is applied", pending,
				       source->name);
	}
	return 0;
}

static int record(struct vt_ctx *ctx, const struct source *source)
{
	return db_exec(ctx, NULL, &SQL_MIGRATE_RECORD, "ss", source->name, source->sha256);
}

static int apply_inside(struct vt_ctx *ctx, void *arg)
{
	const struct source *source = arg;

	if (db_query(ctx, NULL, &SQL_MIGRATE_PATIENCE, "") < 0 || db_script(ctx, source->text) < 0)
		return -1;
	return record(ctx, source);
}

/* One statement at a time (several together would be a transaction): each ends with the ; of a line. */
static int apply_outside(struct vt_ctx *ctx, const struct source *source)
{
	const char *text = source->text;

	while (*text) {
		const char *end = strstr(text, ";\n");
		size_t size = end ? (size_t)(end - text) + 2 : strlen(text);

		if (db_script(ctx, arena_strndup(ctx->arena, text, size)) < 0)
			return -1;
		text += size;
	}
	return record(ctx, source);
}

static int apply(struct vt_ctx *ctx, struct source *source)
{
	size_t size = strlen(source->name);
	bool outside = size > 9 && !strcmp(source->name + size - 9, ".notx.sql");

	if ((outside ? apply_outside(ctx, source) : db_transaction(ctx, apply_inside, source)) < 0)
		return vt_note(ctx, "in sql/%s", source->name);
	printf("%s\n", source->name);
	return 0;
}

/* The grants are for everything there is: any change before them brings them in again. */
static int apply_all(struct vt_ctx *ctx, struct sources *sources)
{
	bool changed = false;

	for (size_t i = 0; i < sources->count; i++) {
		bool grants = i == sources->count - 1;

		if (is_applied(&sources->list[i]) && !(grants && changed))
			continue;
		if (apply(ctx, &sources->list[i]) < 0)
			return -1;
		changed = true;
	}
	return 0;
}

static int run_locked(struct vt_ctx *ctx, const char *share, struct sources *sources)
{
	const char *unknown;
	size_t size;
	char *ledger;

	if (read_file(ctx, share, "schema_migration.sql", &ledger, &size) < 0 ||
	    db_script(ctx, ledger) < 0 || load_ledger(ctx, sources, &unknown) < 0)
		return -1;
	if (unknown)
		return vt_fail(ctx, VT_E_CONFLICT, "the database is newer: it has %s", unknown);
	if (check_history(ctx, sources) < 0)
		return -1;
	return apply_all(ctx, sources);
}

/* Without blocking in it: that would hold up vacuum in the whole database. */
static int lock(struct vt_ctx *ctx)
{
	bool got;

	for (int i = 0; i < LOCK_TRIES; i++) {
		if (db_lock_try(ctx, LOCK_CLASS, LOCK_OBJECT, false, &got) < 0)
			return -1;
		if (got)
			return 0;
		poll(NULL, 0, LOCK_PAUSE_MS);
	}
	return vt_fail(ctx, VT_E_UNAVAILABLE, "another migration has been running for a minute");
}

int migrate_run(struct vt_ctx *ctx, const char *share_directory)
{
	struct sources sources;
	struct vt_error error;

	if (load_sources(ctx, share_directory, &sources) < 0 || lock(ctx) < 0)
		return -1;
	if (run_locked(ctx, share_directory, &sources) == 0)
		return db_unlock(ctx, LOCK_CLASS, LOCK_OBJECT, false);
	error = ctx->error;
	(void)!db_unlock(ctx, LOCK_CLASS, LOCK_OBJECT, false);
	ctx->error = error;
	return -1;
}

int migrate_check(struct vt_ctx *ctx, const char *share_directory)
{
	struct db_result *result;
	struct sources sources;
	const char *newer;

	if (load_sources(ctx, share_directory, &sources) < 0 ||
	    db_one(ctx, &result, &SQL_MIGRATE_LEDGER, "") < 0)
		return -1;
	if (!db_bool(result, 0, "there"))
		return vt_fail(ctx, VT_E_CONFLICT, "the database is empty");
	if (load_ledger(ctx, &sources, &newer) < 0 || check_history(ctx, &sources) < 0)
		return -1;
	/* Old programs work beside a newer database, whose functions are then newer too. */
	for (size_t i = 0; i < (newer ? sources.migrations : sources.count); i++) {
		if (!is_applied(&sources.list[i]))
			return vt_fail(ctx, VT_E_CONFLICT, "sql/%s is not applied", sources.list[i].name);
	}
	return 0;
}
