/*
 * The commands of `ventanilla`: one table, commands.def, says everything. A
 * relay command is work that goes on for ever in lanes (relay.h); a plain one
 * is done once and ends.
 */
#ifndef VT_CRON_COMMAND_H
#define VT_CRON_COMMAND_H

#include "base/config.h"
#include "base/vt.h"
#include "cron/relay.h"

struct command {
	const char *name;
	const struct relay_job *job;   /* NULL: a plain command */
	int number;                    /* of a relay command; its locks are made of it */
	int lanes;
	/* A plain command; argv[0] is its name. ctx->db connects at first use, as VT_DATABASE says.
	 * -1 with ctx->error: told to the person, exit status 1. */
	int (*run)(struct vt_ctx *ctx, const struct config *config, int argc, char **argv);
	const char *arguments;
	const char *help;
};

#define RELAY(name, number, lanes, job, help) extern const struct relay_job job;
#define PLAIN(name, run, arguments, help) \
	int run(struct vt_ctx *ctx, const struct config *config, int argc, char **argv);
#include "cron/commands.def"
#undef RELAY
#undef PLAIN

#endif
