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
};

/* Read once in main. Missing required variables: VT_E_INVALID naming them.
 * Strings live as long as the process. */
int config_load(struct vt_ctx *ctx, struct config *config) VT_MUST_CHECK;

#endif
