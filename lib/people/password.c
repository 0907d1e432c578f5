#include "base/vt.h"
#include "base/utf8.h"
#include "db/db.h"
#include "db/wake.h"
#include "people/password.h"
#include "people/setting.h"
#include "sql_invitation.h"
#include "sql_people.h"
#include "sql_user.h"

int password_check(struct vt_ctx *ctx, const char *field, int64_t user_id, const char *password)
{
	struct settings settings;
	struct db_result *person;

	if (setting_load(ctx, &settings) < 0 || db_one(ctx, &person, &SQL_USER_GET, "i", user_id) < 0)
		return -1;
	if (utf8_length(password) < (size_t)setting_i64(&settings, SETTING_PASSWORD_MIN_LENGTH))
		return vt_fail_field(ctx, field, "error.password.short", "too short");
	if (strstr(utf8_fold(ctx->arena, password), db_text(person, 0, "login")))
		return vt_fail_field(ctx, field, "error.password.common", "the login is in it");
	return 0;
}

static int close_sessions(struct vt_ctx *ctx, int64_t user_id, int64_t kept_session_id)
{
	struct db_result *result;

	if (db_query(ctx, &result, &SQL_USER_SESSIONS_CLOSE, "isi", user_id, "password", kept_session_id) < 0)
		return -1;
	for (size_t row = 0; row < db_rows(result); row++)
		wake_add(ctx, 's', db_i64(result, row, "session_id"));
	return 0;
}

int password_put(struct vt_ctx *ctx, int64_t user_id, const char *hash, int64_t kept_session_id)
{
	if (db_exec(ctx, NULL, &SQL_PASSWORD_SET, "is", user_id, hash) < 0 ||
	    db_exec(ctx, NULL, &SQL_LOGIN_NAME_CLEAR, "i", user_id) < 0)
		return -1;
	return close_sessions(ctx, user_id, kept_session_id);
}
