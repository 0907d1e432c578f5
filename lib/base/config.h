/*
 * Where this instance lives, from the environment (an EnvironmentFile in
 * production, written by `dev` in development). Everything a person may
 * change while it runs is in the database, not here.
 */
#ifndef VT_BASE_CONFIG_H
#define VT_BASE_CONFIG_H

#include "base/vt.h"

struct config {
	const char *database;      /* VT_DATABASE: libpq connection string of this program's role */
	const char *run_directory; /* VT_RUN: sockets, locks */
	const char *files_directory; /* VT_FILES: attachments by hash */
	const char *key_file;      /* VT_KEY_FILE */
	const char *share_directory; /* VT_SHARE: templates/, sql/ (source tree or $pkgdatadir) */
	const char *base_url;      /* VT_BASE_URL: "http://127.0.0.1:8080", no slash at the end */
	bool secure_cookies;       /* base_url is https: __Host- and Secure */
	bool developer;            /* VT_DEVELOPER=1: templates reread, Server-Timing header */
	int haste;                 /* VT_HASTE, 1 to CONFIG_HASTE_MAX; 1 without it. Only with VT_DEVELOPER=1 */
};

#define CONFIG_HASTE_MAX 10

/* Read once in main. Missing required variables: VT_E_INVALID naming them.
 * Strings live as long as the process. */
int config_load(struct vt_ctx *ctx, struct config *config) VT_MUST_CHECK;

/*
 * How long to wait between two looks at what is looked at from time to time, or to believe what was
 * read: normally `us`, in tests so much shorter as their haste says, so that they need not sit it out.
 * Not for what people or other programs are promised (time-outs, sessions, held polls).
 */
int64_t config_period(const struct config *config, int64_t us);

#endif
