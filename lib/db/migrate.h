/*
 * Migrations: sql/migrations/NNNN_name.sql in order, forward only, each in a
 * transaction, recorded with its SHA-256 in schema_migration. A file that
 * changed after it was applied is an error. NNNN_name.notx.sql runs outside a
 * transaction. After them every file of sql/functions/ is (re)applied when its
 * digest changed, then sql/roles.sql (grants). Under an advisory lock.
 */
#ifndef VT_DB_MIGRATE_H
#define VT_DB_MIGRATE_H

#include "base/vt.h"

/* share_directory holds sql/. ctx->db must be connected as the owner. Prints one line per file
 * applied to stdout. */
int migrate_run(struct vt_ctx *ctx, const char *share_directory) VT_MUST_CHECK;
/* VT_E_CONFLICT when a migration is pending or a checksum differs (for `check` and /health). */
int migrate_check(struct vt_ctx *ctx, const char *share_directory) VT_MUST_CHECK;

#endif
