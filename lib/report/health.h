/*
 * What works and what does not: database, workers' age, partitions ahead,
 * disk, what waits. For the page and the probe of /health.
 */
#ifndef VT_REPORT_HEALTH_H
#define VT_REPORT_HEALTH_H

#include "base/vt.h"

#define HEALTH_CHECKS 7

struct health_check {
	const char *name;      /* "database", "workers", "presence", "partitions", "disk", "inbound", "antivirus" */
	bool good;
	const char *detail;    /* English, for the probe: "7 days ahead" */
	const char *finding;   /* the same for people: "ahead", a key of health.finding, ... */
	const char *values[3]; /* ... and what it fills in, up to NULL */
};

struct health {
	bool good;             /* all of them */
	struct health_check checks[HEALTH_CHECKS];
};

/* Never fails: a database that is away is a finding. Thresholds: workers silent for 1 minute,
 * presence not written for 45 s, fewer than 2 days of partitions, less than 5 % or 500 MB of disk, oldest waiting row over 60 s,
 * an antivirus that does not answer for 60 s. */
void health_read(struct vt_ctx *ctx, const char *files_directory, struct health *health);

/* {"ok":true,"checks":{"database":{"ok":true,"detail":"..."}}} in ctx->arena. */
const char *health_json(struct vt_ctx *ctx, const struct health *health);

#endif
