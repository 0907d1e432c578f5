#include "base/vt.h"
#include "base/codes.h"
#include "base/utf8.h"
#include "db/db.h"
#include "db/wake.h"
#include "people/agent.h"
#include "people/audit.h"
#include "people/once.h"
#include "people/password.h"
#include "people/setting.h"
#include "people/user.h"
#include "sql_password.h"
#include "sql_people.h"
#include "sql_user.h"

#include <crack.h>
#include <unistd.h>

#define WORD_MIN 4                     /* shorter words are in too many others */
#define REST_MIN 8                     /* characters beside the words that anybody would try */

/* --- What one must be -------------------------------------------------------------------------- */

/* Lower case, no accents, and the letters that figures and signs are taken for. */
static char *plain(struct vt_ctx *ctx, const char *text)
{
	static const char from[] = "0134578@$!", to[] = "oieastbasi";
	char *out = utf8_fold(ctx->arena, text);

	for (char *at = out; *at; at++) {
		const char *found = strchr(from, *at);
		if (found)
			*at = to[found - from];
	}
	return out;
}

/* Take every word of words out of rest. */
static void take_out(struct vt_ctx *ctx, char *rest, const char *words)
{
	char *next = plain(ctx, words);

	for (char *word = strsep(&next, " ,;.@-_\n"); word; word = strsep(&next, " ,;.@-_\n")) {
		size_t size = strlen(word);
		if (size < WORD_MIN)
			continue;
		for (char *at = strstr(rest, word); at; at = strstr(rest, word))
			memmove(at, at + size, strlen(at + size) + 1);
	}
}

static int check_words(struct vt_ctx *ctx, const char *field, const struct settings *settings,
		       const struct db_result *person, const char *password)
{
	static const char *const own[] = { "login", "name", "staff_number", "dni", "email", "office" };
	char *rest = plain(ctx, password);

	take_out(ctx, rest, setting_text(settings, SETTING_PASSWORD_WORDS));
	for (size_t i = 0; i < VT_COUNT(own); i++)
		take_out(ctx, rest, db_text(person, 0, own[i]));
	if (utf8_length(rest) < REST_MIN)
		return vt_fail_field(ctx, field, "error.password.words", "made of words anybody would try");
	return 0;
}

/* The dictionary of Debian's cracklib, which looks through what people do to words. */
static int check_dictionary(struct vt_ctx *ctx, const char *field, const char *password)
{
	const char *dictionary = GetDefaultCracklibDict();

	/* It ends the process when there is none. */
	if (access(arena_printf(ctx->arena, "%s.pwd", dictionary), R_OK) < 0)
		return vt_fail(ctx, VT_E_UNAVAILABLE, "no dictionary of passwords: %s", dictionary);
	if (FascistCheckUser(password, dictionary, "", ""))
		return vt_fail_field(ctx, field, "error.password.common", "in the dictionary, or too simple");
	return 0;
}

static int check_earlier(struct vt_ctx *ctx, const char *field, int64_t user_id, int64_t count,
			 const char *current, const char *password)
{
	struct db_result *earlier;
	bool rehash;

	if (!count)
		return 0;
	if (db_query(ctx, &earlier, &SQL_PASSWORD_EARLIER, "ii", user_id, count) < 0)
		return -1;
	bool used = current && secret_password_verify(current, password, &rehash);
	for (size_t row = 0; row < db_rows(earlier) && !used; row++) {
		const char *hash = db_text(earlier, row, "password_hash");
		used = (!current || strcmp(hash, current) != 0) && secret_password_verify(hash, password, &rehash);
	}
	if (used)
		return vt_fail_field(ctx, field, "error.password.again_used", "one of the last ones");
	return 0;
}

int password_check(struct vt_ctx *ctx, const char *field, int64_t user_id, const char *password)
{
	struct settings settings;
	struct db_result *person;

	if (setting_load(ctx, &settings) < 0 || db_one(ctx, &person, &SQL_PASSWORD_PERSON, "i", user_id) < 0)
		return -1;
	if (utf8_length(password) < (size_t)setting_i64(&settings, SETTING_PASSWORD_MIN_LENGTH))
		return vt_fail_field(ctx, field, "error.password.short", "too short");
	if (check_words(ctx, field, &settings, person, password) < 0 ||
	    check_dictionary(ctx, field, password) < 0)
		return -1;
	return check_earlier(ctx, field, user_id, setting_i64(&settings, SETTING_PASSWORD_HISTORY),
			     db_text_or_null(person, 0, "password_hash"), password);
}

/* --- Setting it -------------------------------------------------------------------------------- */

/* Who has none left is out. */
static int close_sessions(struct vt_ctx *ctx, int64_t user_id, int64_t kept_session_id)
{
	struct db_result *result;

	if (db_query(ctx, &result, &SQL_USER_SESSIONS_CLOSE, "isi", user_id, "password", kept_session_id) < 0)
		return -1;
	for (size_t row = 0; row < db_rows(result); row++)
		wake_add(ctx, 's', db_i64(result, row, "session_id"));
	if (kept_session_id)
		return 0;
	if (db_one(ctx, &result, &SQL_USER_STANDING, "i", user_id) < 0)
		return -1;
	if (db_i64(result, 0, "agent_state") == AGENT_OUT)
		return 0;
	return agent_change_state(ctx, user_id, AGENT_OUT, 0, ctx->user_id, "password");
}

int password_put(struct vt_ctx *ctx, int64_t user_id, const char *hash, bool temporary,
		 int64_t kept_session_id)
{
	if (db_exec(ctx, NULL, &SQL_PASSWORD_SET, "isb", user_id, hash, (int)temporary) < 0 ||
	    db_exec(ctx, NULL, &SQL_LOGIN_NAME_CLEAR, "i", user_id) < 0)
		return -1;
	return close_sessions(ctx, user_id, kept_session_id);
}

static int record(struct vt_ctx *ctx, const char *action, int64_t user_id)
{
	const struct audit audit = { .action = action, .entity = "user", .entity_id = user_id };

	return audit_alone(ctx, &audit);
}

static int failed(struct vt_ctx *ctx, void *arg)
{
	const struct session *session = arg;

	if (db_exec(ctx, NULL, &SQL_LOGIN_FAILED_NAME, "s", session->login) < 0)
		return -1;
	return record(ctx, "password.failed", session->user_id);
}

static int check_current(struct vt_ctx *ctx, const struct session *session, const char *current)
{
	struct db_result *result;
	bool rehash;

	if (db_one(ctx, &result, &SQL_LOGIN_FIND, "ss", session->login, ctx->remote_address) < 0)
		return -1;
	if (db_is_null(result, 0, "password_hash"))
		return vt_fail_key(ctx, VT_E_CONFLICT, "error.password.outside", "no password of ours");
	if (db_bool(result, 0, "locked"))
		return vt_fail_key(ctx, VT_E_RATE, "error.login.locked", "delayed after failures");
	if (secret_password_verify(db_text(result, 0, "password_hash"), current, &rehash))
		return 0;
	struct session who = *session;
	if (db_transaction(ctx, failed, &who) < 0)
		return -1;
	return vt_fail_field(ctx, "current", "error.password.current", "not their password");
}

struct setting_it { int64_t user_id, kept_session_id; const char *hash; };

static int change(struct vt_ctx *ctx, void *arg)
{
	const struct setting_it *it = arg;

	if (password_put(ctx, it->user_id, it->hash, false, it->kept_session_id) < 0)
		return -1;
	return record(ctx, "password.change", it->user_id);
}

int password_change(struct vt_ctx *ctx, const struct session *session, const char *current,
		    const char *password)
{
	struct setting_it it = { session->user_id, session->session_id, NULL };
	char *hash;

	if (check_current(ctx, session, current) < 0 ||
	    password_check(ctx, "password", session->user_id, password) < 0 ||
	    secret_password_hash(ctx, password, &hash) < 0)
		return -1;
	it.hash = hash;
	if (db_transaction(ctx, change, &it) < 0)
		return -1;
	return session_duty_done(ctx, session);
}

/* --- Given for once ---------------------------------------------------------------------------- */

struct giving { const char *once, *hash; int64_t user_id; };

static int give(struct vt_ctx *ctx, void *arg)
{
	const struct giving *giving = arg;
	const char *answer;
	bool repeat;

	if (once_claim(ctx, giving->once, &repeat, &answer) < 0)
		return -1;
	if (repeat)
		return 0;
	if (user_check_reach(ctx, giving->user_id) < 0 ||
	    password_put(ctx, giving->user_id, giving->hash, true, 0) < 0)
		return -1;
	return record(ctx, "user.password", giving->user_id);
}

/* Five groups of letters and figures that nobody mistakes for one another. */
static void derive(struct vt_ctx *ctx, const uint8_t key[SECRET_KEY_SIZE], const char *once, int64_t user_id,
		   char out[PASSWORD_TEMPORARY_TEXT])
{
	static const char letters[] = "abcdefghjkmnpqrstuvwxyz23456789xy";
	const char *what = arena_printf(ctx->arena, "%" PRId64 ":%" PRId64 ":%s", ctx->user_id, user_id, once);
	uint8_t own[SECRET_KEY_SIZE], mac[SECRET_HASH_SIZE];
	size_t size = 0;

	secret_key_derive(key, "temporary-password", own);
	secret_hmac_sha256(own, sizeof(own), what, strlen(what), mac);
	for (size_t i = 0; size + 2 < PASSWORD_TEMPORARY_TEXT; i++) {
		if (i % 4 == 0 && i)
			out[size++] = '-';
		out[size++] = letters[mac[i] % 32];
	}
	out[size] = '\0';
	secret_wipe(own, sizeof(own));
}

int password_give(struct vt_ctx *ctx, const uint8_t key[SECRET_KEY_SIZE], const char *once, int64_t user_id,
		  char password[PASSWORD_TEMPORARY_TEXT], const char **name)
{
	struct giving giving = { .once = once, .user_id = user_id };
	struct db_result *person;
	char *hash;

	if (db_one(ctx, &person, &SQL_PASSWORD_PERSON, "i", user_id) < 0)
		return -1;
	if (!db_bool(person, 0, "enabled"))
		return vt_fail_key(ctx, VT_E_CONFLICT, "error.invite.disabled", "they may not log in");
	*name = db_text(person, 0, "name");
	derive(ctx, key, once, user_id, password);
	if (secret_password_hash(ctx, password, &hash) < 0)
		return -1;
	giving.hash = hash;
	return db_transaction(ctx, give, &giving);
}
