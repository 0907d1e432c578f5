/*
 * Migrations: sql/migrations/NNNN_name.sql in order, forward only, each in a
 * transaction, recorded with its SHA-256 in schema_migration. A file that
 * changed after it was applied is an error, and so is one that would come
 * before an applied one. NNNN_name.notx.sql runs outside a transaction, each
 * statement by itself (it ends with the ; at the end of a line); it must bear
 * being repeated. After them every file of sql/functions/ is (re)applied when
 * its digest changed, then sql/roles.sql (grants) when anything did. Under an
 * advisory lock; a table that stays locked for 3 s by others fails its file.
 */
#ifndef VT_DB_MIGRATE_H
#define VT_DB_MIGRATE_H

#include "base/vt.h"

/* share_directory holds sql/. ctx->db connects as the owner, outside a transaction. Prints one line
 * per file applied to stdout. VT_E_CONFLICT: changed history, or a database newer than the folder;
 * VT_E_INVALID: a file that cannot be read or is called wrongly; VT_E_DB: a file that fails, all of
 * which was rolled back. */
int migrate_run(struct vt_ctx *ctx, const char *share_directory) VT_MUST_CHECK;
/* VT_E_CONFLICT when a file is not applied as it stands (for `check` and /health). A newer database
 * is fine: old programs work beside it. */
int migrate_check(struct vt_ctx *ctx, const char *share_directory) VT_MUST_CHECK;

#endif
