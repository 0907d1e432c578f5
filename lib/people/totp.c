#include "base/vt.h"
#include "base/id.h"
#include "base/strbuf.h"
#include "db/db.h"
#include "db/wake.h"
#include "people/audit.h"
#include "people/totp.h"
#include "people/user.h"
#include "sql_factor.h"
#include "sql_people.h"
#include "sql_user.h"

#include <liboath/oath.h>

#define SEED_SIZE 20                   /* as RFC 4226 wants it */
#define STEP_S 30
#define WINDOW 1                       /* a telephone may be a step early or late */
#define DIGITS 6
#define ISSUER "Ventanilla"

/* --- Seeds ------------------------------------------------------------------------------------- */

static void own_key(const uint8_t key[SECRET_KEY_SIZE], uint8_t out[SECRET_KEY_SIZE])
{
	secret_key_derive(key, "totp", out);
}

static char *seal(struct vt_ctx *ctx, const uint8_t key[SECRET_KEY_SIZE], const char *text)
{
	uint8_t own[SECRET_KEY_SIZE];
	char *sealed;

	own_key(key, own);
	sealed = secret_encrypt(ctx, own, text);
	secret_wipe(own, sizeof(own));
	return sealed;
}

static int unseal(struct vt_ctx *ctx, const uint8_t key[SECRET_KEY_SIZE], const char *sealed, char **out)
{
	uint8_t own[SECRET_KEY_SIZE];
	int status;

	own_key(key, own);
	status = secret_decrypt(ctx, own, sealed, out);
	secret_wipe(own, sizeof(own));
	return status;
}

static void offer_fill(struct vt_ctx *ctx, const struct session *session, const char *secret,
		       struct totp_offer *out)
{
	struct strbuf uri;

	strbuf_init(&uri, ctx->arena, 200);
	strbuf_puts(&uri, "otpauth://totp/" ISSUER ":");
	strbuf_url(&uri, session->login);
	strbuf_printf(&uri, "?secret=%s&issuer=" ISSUER, secret);
	out->secret = secret;
	out->uri = uri.data;
}

int totp_offer(struct vt_ctx *ctx, const uint8_t key[SECRET_KEY_SIZE], const struct session *session,
	       struct totp_offer *out)
{
	uint8_t seed[SEED_SIZE];
	char *base32 = NULL;

	ctx->random_bytes(seed, sizeof(seed));
	VT_BUG_ON(oath_base32_encode((const char *)seed, sizeof(seed), &base32, NULL) != OATH_OK);
	offer_fill(ctx, session, arena_strdup(ctx->arena, base32), out);
	out->sealed = seal(ctx, key, arena_printf(ctx->arena, "%" PRId64 ":%s", session->user_id, base32));
	secret_wipe(seed, sizeof(seed));
	free(base32);
	return 0;
}

int totp_offer_read(struct vt_ctx *ctx, const uint8_t key[SECRET_KEY_SIZE], const struct session *session,
		    const char *sealed, struct totp_offer *out)
{
	char *text, *secret;
	int64_t user_id;

	if (unseal(ctx, key, sealed, &text) < 0)
		return vt_note(ctx, "the offer of a seed is none of ours");
	secret = strchr(text, ':');
	VT_BUG_ON(!secret);
	*secret++ = '\0';
	if (id_parse(text, 1, INT64_MAX, &user_id) < 0 || user_id != session->user_id)
		return vt_fail(ctx, VT_E_INVALID, "the offer of a seed is somebody else's");
	offer_fill(ctx, session, secret, out);
	out->sealed = sealed;
	return 0;
}

/* The step that code is good for; -1 when it is for none near now. */
static int64_t step_of(const struct vt_ctx *ctx, const char *base32, const char *code)
{
	time_t now = (time_t)(ctx->now_us / 1000000);
	size_t size = 0;
	char *seed = NULL;
	int offset = 0;

	if (strlen(code) != DIGITS || code[strspn(code, "0123456789")] ||
	    oath_base32_decode(base32, strlen(base32), &seed, &size) != OATH_OK)
		return -1;
	int found = oath_totp_validate2(seed, size, now, STEP_S, OATH_TOTP_DEFAULT_START_TIME, WINDOW,
					&offset, code);
	secret_wipe(seed, size);
	free(seed);
	return found < 0 ? -1 : (int64_t)now / STEP_S + offset;
}

/* --- Codes for who lost the telephone ---------------------------------------------------------- */

static void recovery_make(struct vt_ctx *ctx, char out[TOTP_RECOVERY_TEXT])
{
	static const char letters[] = "abcdefghjkmnpqrstuvwxyz23456789xy";
	uint8_t bytes[TOTP_RECOVERY_TEXT];
	size_t size = 0;

	ctx->random_bytes(bytes, sizeof(bytes));
	while (size + 1 < TOTP_RECOVERY_TEXT) {
		out[size] = size % 5 == 4 ? '-' : letters[bytes[size] % 32];
		size++;
	}
	out[size] = '\0';
	secret_wipe(bytes, sizeof(bytes));
}

/* As typed, without regard to hyphens, spaces and case. */
static void recovery_hash(struct vt_ctx *ctx, int64_t user_id, const char *code, uint8_t hash[SECRET_HASH_SIZE])
{
	struct strbuf text;

	strbuf_init(&text, ctx->arena, 40);
	strbuf_printf(&text, "%" PRId64 ":", user_id);
	for (; *code; code++) {
		if (*code >= 'A' && *code <= 'Z')
			strbuf_putc(&text, (char)(*code - 'A' + 'a'));
		else if (*code != '-' && *code != ' ')
			strbuf_putc(&text, *code);
	}
	secret_sha256(text.data, text.size, hash);
}

/* --- Changes ----------------------------------------------------------------------------------- */

struct change {
	const struct session *session;
	const char *sealed_seed;               /* to be set */
	const char *code;
	int64_t step;                          /* of code; -1: it may be one for who lost it */
	char (*codes)[TOTP_RECOVERY_TEXT];
};

static int record(struct vt_ctx *ctx, const char *action, int64_t user_id)
{
	const struct audit audit = { .action = action, .entity = "user", .entity_id = user_id };

	return audit_alone(ctx, &audit);
}

static int wrong_code(struct vt_ctx *ctx)
{
	return vt_fail_field(ctx, "code", "error.factor.code", "not a code, or one that was used");
}

static int enrol(struct vt_ctx *ctx, void *arg)
{
	const struct change *change = arg;
	int64_t user_id = change->session->user_id;
	struct db_result *set;

	if (db_query(ctx, &set, &SQL_FACTOR_SET, "isi", user_id, change->sealed_seed, change->step) < 0)
		return -1;
	if (!db_rows(set))
		return vt_fail_key(ctx, VT_E_CONFLICT, "error.factor.there", "there is one already");
	if (db_exec(ctx, NULL, &SQL_RECOVERY_REVOKE, "i", user_id) < 0 ||
	    db_exec(ctx, NULL, &SQL_FACTOR_SHOWN, "i", change->session->session_id) < 0)
		return -1;
	for (size_t i = 0; i < TOTP_RECOVERY_CODES; i++) {
		uint8_t hash[SECRET_HASH_SIZE];
		recovery_make(ctx, change->codes[i]);
		recovery_hash(ctx, user_id, change->codes[i], hash);
		if (db_exec(ctx, NULL, &SQL_RECOVERY_INSERT, "iy", user_id, hash, sizeof(hash)) < 0)
			return -1;
	}
	return record(ctx, "factor.enrol", user_id);
}

int totp_enrol(struct vt_ctx *ctx, const uint8_t key[SECRET_KEY_SIZE], const struct session *session,
	       const char *sealed, const char *code, char codes[TOTP_RECOVERY_CODES][TOTP_RECOVERY_TEXT])
{
	struct change change = { .session = session, .codes = codes };
	struct totp_offer offer;

	if (totp_offer_read(ctx, key, session, sealed, &offer) < 0)
		return -1;
	change.step = step_of(ctx, offer.secret, code);
	if (change.step < 0)
		return wrong_code(ctx);
	change.sealed_seed = seal(ctx, key, offer.secret);
	if (db_transaction(ctx, enrol, &change) < 0)
		return -1;
	return session_duty_done(ctx, session);
}

/* The code is used up by this. */
static int use_code(struct vt_ctx *ctx, const struct change *change)
{
	int64_t user_id = change->session->user_id;
	uint8_t hash[SECRET_HASH_SIZE];
	struct db_result *used;

	recovery_hash(ctx, user_id, change->code, hash);
	if (change->step >= 0 ? db_query(ctx, &used, &SQL_FACTOR_USE, "ii", user_id, change->step) < 0
			      : db_query(ctx, &used, &SQL_RECOVERY_USE, "iy", user_id, hash, sizeof(hash)) < 0)
		return -1;
	if (!db_rows(used))
		return wrong_code(ctx);
	return db_exec(ctx, NULL, &SQL_LOGIN_NAME_CLEAR, "i", user_id);
}

static int failed(struct vt_ctx *ctx, void *arg)
{
	const struct change *change = arg;

	if (db_exec(ctx, NULL, &SQL_LOGIN_FAILED_NAME, "s", change->session->login) < 0)
		return -1;
	return record(ctx, "factor.failed", change->session->user_id);
}

/* Do run with a code that is good; one that is not counts like a wrong password. */
static int with_code(struct vt_ctx *ctx, const uint8_t key[SECRET_KEY_SIZE], struct change *change,
		     int (*run)(struct vt_ctx *ctx, void *arg))
{
	const struct session *session = change->session;
	struct db_result *factor, *delay;
	char *secret;

	if (db_one(ctx, &factor, &SQL_FACTOR_FIND, "i", session->user_id) < 0 ||
	    db_one(ctx, &delay, &SQL_LOGIN_FIND, "ss", session->login, ctx->remote_address) < 0)
		return -1;
	if (db_is_null(factor, 0, "totp_seed"))
		return vt_fail(ctx, VT_E_CONFLICT, "no second factor");
	if (db_bool(delay, 0, "locked"))
		return vt_fail_key(ctx, VT_E_RATE, "error.login.locked", "delayed after failures");
	if (unseal(ctx, key, db_text(factor, 0, "totp_seed"), &secret) < 0)
		return vt_note(ctx, "while reading a seed");
	change->step = step_of(ctx, secret, change->code);
	if (db_transaction(ctx, run, change) == 0)
		return 0;
	if (ctx->error.code != VT_E_INVALID)
		return -1;
	vt_error_clear(ctx);
	if (db_transaction(ctx, failed, change) < 0)
		return -1;
	return wrong_code(ctx);
}

static int show(struct vt_ctx *ctx, void *arg)
{
	const struct change *change = arg;

	if (use_code(ctx, change) < 0 ||
	    db_exec(ctx, NULL, &SQL_FACTOR_SHOWN, "i", change->session->session_id) < 0)
		return -1;
	return record(ctx, "factor.show", change->session->user_id);
}

int totp_show(struct vt_ctx *ctx, const uint8_t key[SECRET_KEY_SIZE], const struct session *session,
	      const char *code)
{
	struct change change = { .session = session, .code = code };

	if (with_code(ctx, key, &change, show) < 0)
		return -1;
	return session_duty_done(ctx, session);
}

static int clear(struct vt_ctx *ctx, int64_t user_id)
{
	if (db_exec(ctx, NULL, &SQL_FACTOR_CLEAR, "i", user_id) < 0)
		return -1;
	return db_exec(ctx, NULL, &SQL_RECOVERY_REVOKE, "i", user_id);
}

static int remove_it(struct vt_ctx *ctx, void *arg)
{
	const struct change *change = arg;
	int64_t user_id = change->session->user_id;
	struct db_result *factor;

	if (use_code(ctx, change) < 0 || db_one(ctx, &factor, &SQL_FACTOR_FIND, "i", user_id) < 0)
		return -1;
	if (db_bool(factor, 0, "required"))
		return vt_fail_key(ctx, VT_E_CONFLICT, "error.factor.required", "a role requires it");
	if (clear(ctx, user_id) < 0)
		return -1;
	return record(ctx, "factor.remove", user_id);
}

int totp_remove(struct vt_ctx *ctx, const uint8_t key[SECRET_KEY_SIZE], const struct session *session,
		const char *code)
{
	struct change change = { .session = session, .code = code };

	return with_code(ctx, key, &change, remove_it);
}

static int take_away(struct vt_ctx *ctx, void *arg)
{
	int64_t user_id = *(const int64_t *)arg;
	struct db_result *sessions;

	if (db_one(ctx, NULL, &SQL_FACTOR_FIND, "i", user_id) < 0 || user_check_reach(ctx, user_id) < 0 ||
	    clear(ctx, user_id) < 0 ||
	    db_query(ctx, &sessions, &SQL_USER_SESSIONS_CLOSE, "isi", user_id, "factor", INT64_C(0)) < 0)
		return -1;
	for (size_t row = 0; row < db_rows(sessions); row++)
		wake_add(ctx, 's', db_i64(sessions, row, "session_id"));
	return record(ctx, "user.factor", user_id);
}

int totp_take_away(struct vt_ctx *ctx, int64_t user_id)
{
	return db_transaction(ctx, take_away, &user_id);
}
