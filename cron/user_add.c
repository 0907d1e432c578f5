#include "base/vt.h"
#include "base/secret.h"
#include "base/utf8.h"
#include "cron/command.h"
#include "db/db.h"
#include "people/audit.h"
#include "sql_admin.h"

#include <getopt.h>

struct user {
	const char *login, *name, *role, *staff_number, *office, *email;
	bool attends;
	const char *hash;
};

static int add(struct vt_ctx *ctx, void *arg)
{
	const struct user *user = arg;
	struct db_result *result;

	if (db_one(ctx, &result, &SQL_USER_ADD, "ssssssb", user->login, user->name, user->hash,
		   user->staff_number, user->office, user->email, (int)user->attends) < 0)
		return vt_note(ctx, "is the login '%s' taken?", user->login);
	int64_t user_id = db_i64(result, 0, "user_id");
	if (db_one(ctx, NULL, &SQL_USER_ADD_ROLE, "is", user_id, user->role) < 0)
		return vt_note(ctx, "there is no role '%s'", user->role);
	if (db_exec(ctx, NULL, &SQL_USER_ADD_EVERYTHING, "ib", user_id, (int)user->attends) < 0)
		return -1;
	const struct audit audit = { .action = "user.create", .entity = "user", .entity_id = user_id };
	return audit_alone(ctx, &audit);
}

/* The password comes by standard input, so that it is in no process list. */
static int read_password(struct vt_ctx *ctx, char *password, size_t size)
{
	if (!fgets(password, (int)size, stdin))
		return vt_fail(ctx, VT_E_INVALID, "give the password on standard input");
	password[strcspn(password, "\r\n")] = '\0';
	if (!utf8_valid(password, strlen(password)) || utf8_length(password) < 12)
		return vt_fail(ctx, VT_E_INVALID, "the password needs 12 characters at least");
	return 0;
}

int command_user_add(struct vt_ctx *ctx, const struct config *config, int argc, char **argv)
{
	static const struct option options[] = {
		{ "role", required_argument, NULL, 'r' }, { "name", required_argument, NULL, 'n' },
		{ "staff-number", required_argument, NULL, 's' }, { "office", required_argument, NULL, 'o' },
		{ "email", required_argument, NULL, 'e' }, { "attends", no_argument, NULL, 'a' },
		{ NULL, 0, NULL, 0 },
	};
	struct user user = { .role = "operador", .staff_number = "", .office = "", .email = "" };
	char password[256];
	char *hash;
	int option;

	(void)config;
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case 'r': user.role = optarg; break;
		case 'n': user.name = optarg; break;
		case 's': user.staff_number = optarg; break;
		case 'o': user.office = optarg; break;
		case 'e': user.email = optarg; break;
		case 'a': user.attends = true; break;
		default: return vt_fail(ctx, VT_E_INVALID, "see 'ventanilla help'");
		}
	}
	if (optind != argc - 1)
		return vt_fail(ctx, VT_E_INVALID, "give exactly one login");
	user.login = argv[optind];
	if (!user.name)
		user.name = user.login;
	if (read_password(ctx, password, sizeof(password)) < 0 ||
	    secret_password_hash(ctx, password, &hash) < 0)
		return -1;
	secret_wipe(password, sizeof(password));
	user.hash = hash;
	if (db_transaction(ctx, add, &user) < 0)
		return -1;
	printf("user %s added\n", user.login);
	return 0;
}
