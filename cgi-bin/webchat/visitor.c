/* Who a visitor is: a token that only their browser keeps. */
#include "base/vt.h"

#include "contact/cuit.h"
#include "db/db.h"
#include "db/wake.h"
#include "sql_webchat.h"
#include "cgi-bin/webchat/webchat.h"

#define TOKEN_LENGTH (SECRET_TOKEN_TEXT - 1)
#define NAME_MAX_CHARACTERS 120
#define EMAIL_MAX_CHARACTERS 200
#define PAGE_MAX_CHARACTERS 500

static bool token_valid(const char *token)
{
	size_t length = strspn(token, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
			       "0123456789-_");

	return length == TOKEN_LENGTH && !token[length];
}

int visitor_unknown(struct vt_ctx *ctx)
{
	return vt_fail_key(ctx, VT_E_UNAUTHENTICATED, "webchat.error.token",
			   "no visitor has this token");
}

int visitor_token(struct vt_ctx *ctx, const struct request *request,
		  uint8_t hash[SECRET_HASH_SIZE])
{
	const char *token = request_header(request, "X_VISITOR_TOKEN");

	if (!token_valid(token))
		return visitor_unknown(ctx);
	secret_sha256(token, TOKEN_LENGTH, hash);
	return 0;
}

/* The first form. Every field is the visitor's own word, and none is needed here: which are
 * asked for is the channel's setting and the frame's business. */
struct opening {
	const char *name;
	const char *cuit;          /* 11 digits */
	const char *email;
	const char *page;
};

static int read_opening(struct vt_ctx *ctx, struct json *body, struct opening *opening)
{
	const char *cuit;
	char digits[CUIT_DIGITS];

	*opening = (struct opening){ 0 };
	if (act_text(ctx, body, "name", NAME_MAX_CHARACTERS, true, &opening->name) < 0 ||
	    act_text(ctx, body, "cuit", 40, true, &cuit) < 0 ||
	    act_text(ctx, body, "email", EMAIL_MAX_CHARACTERS, true, &opening->email) < 0 ||
	    act_text(ctx, body, "page", PAGE_MAX_CHARACTERS, true, &opening->page) < 0)
		return -1;
	if (opening->email) {
		const char *at = strchr(opening->email, '@');
		if (!at || at == opening->email || !strchr(at, '.') ||
		    strpbrk(opening->email, " \t\r\n<>,;"))
			return vt_fail_field(ctx, "email", "error.email", "not an e-mail address");
	}
	if (!cuit)
		return 0;
	if (!cuit_parse(cuit, digits))
		return vt_fail_field(ctx, "cuit", "error.cuit", "wrong check digit or length");
	opening->cuit = arena_strdup(ctx->arena, digits);
	return 0;
}

static void raw_opening(struct vt_ctx *ctx, struct strbuf *raw, const struct opening *opening,
			const char *once)
{
	act_raw(ctx, raw, "open", once);
	act_raw_text(raw, "n", opening->name);
	act_raw_text(raw, "c", opening->cuit);
	act_raw_text(raw, "e", opening->email);
}

/* The token of a start: made from the client's id of it, so that a repeat gets the same one, and
 * from its address, so that nobody elsewhere can repeat it. As hard to guess as the key. */
static char *make_token(struct vt_ctx *ctx, const char *channel_key, const char *once)
{
	const char *address = ctx->remote_address ? ctx->remote_address : "";
	char *seed = arena_printf(ctx->arena, "%s\n%s\n%s", channel_key, address, once);
	uint8_t key[SECRET_KEY_SIZE], token[SECRET_HASH_SIZE];

	secret_key_derive(program_key(), "visitor-token", key);
	secret_hmac_sha256(key, sizeof(key), seed, strlen(seed), token);
	return secret_base64url(ctx->arena, token, sizeof(token));
}

static void answer_token(struct vt_ctx *ctx, struct response *response, const char *token)
{
	response_json(response, arena_printf(ctx->arena, "{\"token\":\"%s\"}", token));
}

static int start_new(struct vt_ctx *ctx, const char *key, const char *once,
		     const struct opening *opening, struct response *response)
{
	char *token = make_token(ctx, key, once);
	uint8_t hash[SECRET_HASH_SIZE];
	struct db_result *result;
	struct strbuf raw;

	secret_sha256(token, TOKEN_LENGTH, hash);
	raw_opening(ctx, &raw, opening, once);
	strbuf_putc(&raw, '}');
	if (db_query(ctx, &result, &SQL_WEBCHAT_START, "sysssss", key, hash, sizeof(hash),
		     ctx->remote_address ? ctx->remote_address : "", opening->name,
		     ctx->user_agent, opening->page, raw.data) < 0)
		return -1;
	if (!db_rows(result))
		return vt_fail_key(ctx, VT_E_NOT_FOUND, "webchat.error.channel", "no such channel");
	if (!db_bool(result, 0, "allowed"))
		return vt_fail_key(ctx, VT_E_RATE, "webchat.error.quota",
				   "too many chats started from one address");
	if (!db_is_null(result, 0, "visitor_id"))
		wake_worker_now("intake", (int)db_i64(result, 0, "lane"));
	answer_token(ctx, response, token);
	return 0;
}

/* A visitor who comes back for another consultation keeps their token. */
static int start_again(struct vt_ctx *ctx, const struct request *request, const char *once,
		       const struct opening *opening, struct response *response)
{
	uint8_t hash[SECRET_HASH_SIZE];
	struct strbuf raw;

	if (visitor_token(ctx, request, hash) < 0)
		return -1;
	raw_opening(ctx, &raw, opening, once);
	if (act_accept(ctx, hash, &raw, response) < 0)
		return -1;
	response->status = 200;
	answer_token(ctx, response, request_header(request, "X_VISITOR_TOKEN"));
	return 0;
}

int start_post(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	struct opening opening;
	const char *once, *key;
	struct json *body;

	if (act_body(ctx, request, &body) < 0 || act_once(ctx, body, &once) < 0 ||
	    act_text(ctx, body, "key", 64, false, &key) < 0 ||
	    read_opening(ctx, body, &opening) < 0)
		return -1;
	if (*request_header(request, "X_VISITOR_TOKEN"))
		return start_again(ctx, request, once, &opening, response);
	return start_new(ctx, key, once, &opening, response);
}

static void popout_key(uint8_t key[SECRET_KEY_SIZE])
{
	secret_key_derive(program_key(), "webchat-popout", key);
}

/* The code holds the token itself, encrypted: the database keeps only its hash, and the visitor
 * stays one visitor in both windows. */
int popout_post(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	uint8_t hash[SECRET_HASH_SIZE], code_hash[SECRET_HASH_SIZE], key[SECRET_KEY_SIZE];
	int64_t found;

	if (visitor_token(ctx, request, hash) < 0)
		return -1;
	popout_key(key);
	char *code = secret_encrypt(ctx, key, request_header(request, "X_VISITOR_TOKEN"));
	secret_sha256(code, strlen(code), code_hash);
	if (db_exec(ctx, &found, &SQL_WEBCHAT_POPOUT, "yy", hash, sizeof(hash), code_hash,
		    sizeof(code_hash)) < 0)
		return -1;
	if (!found)
		return visitor_unknown(ctx);
	response_json(response, arena_printf(ctx->arena, "{\"code\":\"%s\"}", code));
	return 0;
}

int popin_post(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	uint8_t hash[SECRET_HASH_SIZE], code_hash[SECRET_HASH_SIZE], key[SECRET_KEY_SIZE];
	struct json *body;
	const char *code;
	int64_t taken = 0;
	char *token;

	if (act_body(ctx, request, &body) < 0 || act_text(ctx, body, "code", 400, false, &code) < 0)
		return -1;
	popout_key(key);
	if (secret_decrypt(ctx, key, code, &token) == 0 && token_valid(token)) {
		secret_sha256(token, TOKEN_LENGTH, hash);
		secret_sha256(code, strlen(code), code_hash);
		if (db_exec(ctx, &taken, &SQL_WEBCHAT_POPIN, "yy", hash, sizeof(hash), code_hash,
			    sizeof(code_hash)) < 0)
			return -1;
	}
	if (!taken) {
		vt_error_clear(ctx);
		return vt_fail_key(ctx, VT_E_NOT_FOUND, "webchat.error.code",
				   "a code that is wrong, used or too old");
	}
	answer_token(ctx, response, token);
	return 0;
}
