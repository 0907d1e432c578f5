#include "base/vt.h"
#include "base/id.h"
#include "base/log.h"
#include "base/secret.h"
#include "cron/command.h"
#include "db/db.h"
#include "db/wake.h"

#define EXIT_USAGE 2

static const struct command commands[] = {
#define RELAY(name_, number_, lanes_, job_, help_) \
	{ .name = name_, .job = &job_, .number = number_, .lanes = lanes_, \
	  .arguments = "LANE", .help = help_ },
#define PLAIN(name_, run_, arguments_, help_) \
	{ .name = name_, .run = run_, .arguments = arguments_, .help = help_ },
#include "cron/commands.def"
#undef RELAY
#undef PLAIN
};

static void print_help(FILE *out)
{
	fprintf(out, "usage: ventanilla COMMAND [ARGUMENTS]\n\n");
	for (size_t i = 0; i < VT_COUNT(commands); i++) {
		int width = fprintf(out, "  %s %s", commands[i].name, commands[i].arguments);

		fprintf(out, "%*s%s\n", width < 30 ? 30 - width : 1, "", commands[i].help);
	}
	fprintf(out, "\nThe database and the folders come from the environment: VT_DATABASE, "
		"VT_RUN, VT_FILES, VT_KEY_FILE, VT_SHARE, VT_BASE_URL.\n");
}

static const struct command *find(const char *name)
{
	for (size_t i = 0; i < VT_COUNT(commands); i++) {
		if (!strcmp(commands[i].name, name))
			return &commands[i];
	}
	return NULL;
}

static int usage(const char *why, const char *what)
{
	fprintf(stderr, "ventanilla: %s: %s\n\n", why, what);
	print_help(stderr);
	return EXIT_USAGE;
}

static int run_relay(struct vt_ctx *ctx, const struct command *command,
		     const struct config *config, int argc, char **argv)
{
	struct relay relay = {
		.command = command->name, .number = command->number, .job = command->job,
		.config = config,
	};
	int64_t lane;

	if (argc != 2 || id_parse(argv[1], 0, command->lanes - 1, &lane) < 0)
		return usage("which lane?", command->name);
	relay.lane = (int)lane;
	return relay_main(ctx, &relay);
}

static int run_plain(struct vt_ctx *ctx, const struct command *command,
		     const struct config *config, int argc, char **argv)
{
	int status = EXIT_SUCCESS;

	ctx->db = db_new(config->database, "ventanilla", NULL);
	if (command->run(ctx, config, argc, argv) < 0) {
		log_error(ctx, command->name);
		fprintf(stderr, "ventanilla %s: %s\n", command->name, ctx->error.message);
		status = EXIT_FAILURE;
	}
	db_close(ctx->db);
	return status;
}

int main(int argc, char **argv)
{
	const struct command *command;
	struct config config;
	struct vt_ctx ctx;
	int status;

	if (argc < 2 || !strcmp(argv[1], "help") || !strcmp(argv[1], "--help")) {
		print_help(argc < 2 ? stderr : stdout);
		return argc < 2 ? EXIT_USAGE : EXIT_SUCCESS;
	}
	command = find(argv[1]);
	if (!command)
		return usage("no such command", argv[1]);

	log_init(command->name);
	secret_init();
	vt_ctx_init(&ctx, arena_new(), command->name);
	if (config_load(&ctx, &config) < 0) {
		fprintf(stderr, "ventanilla: %s\n", ctx.error.message);
		arena_free(ctx.arena);
		return EXIT_USAGE;
	}
	wake_init(config.run_directory);
	status = command->job ? run_relay(&ctx, command, &config, argc - 1, argv + 1) :
				run_plain(&ctx, command, &config, argc - 1, argv + 1);
	arena_free(ctx.arena);
	return status;
}
