/*
 * The test of a log-in provider that an administrator asks for: step by step
 * what works, up to the first that does not. It lets nobody in, and shows
 * nothing of what the other side sent.
 */
#ifndef VT_PEOPLE_LOGIN_CHECK_H
#define VT_PEOPLE_LOGIN_CHECK_H

#include "people/login_provider.h"

#define LOGIN_STEPS_MAX 20

enum login_result { LOGIN_STEP_GOOD, LOGIN_STEP_NOTE, LOGIN_STEP_BAD };

struct login_step {
	const char *key;              /* L.access.step.<key> */
	enum login_result result;
	const char *text;             /* a locale key of what to do about it, or NULL */
	const char *detail;           /* technical: a host, a number, a reason; "" when none */
};

struct login_steps {
	struct login_step items[LOGIN_STEPS_MAX];
	size_t count;
};

/* Run them for a provider of any kind. who: somebody to look up in a directory, or "". Outside a transaction; the log-in pool only, for it waits. */
void login_check(struct vt_ctx *ctx, const uint8_t key[SECRET_KEY_SIZE],
		 const struct login_provider *provider, const char *base_url, const char *who,
		 struct login_steps *steps);

/* --- for the checks of one kind ------------------------------------------------------------- */

/* Add a step that went as told. detail: printf. */
void login_step(struct vt_ctx *ctx, struct login_steps *steps, const char *key,
		enum login_result result, const char *text, const char *format, ...) VT_PRINTF(6, 7);
/* Add the step that ended in ctx->error, and forget the error. */
void login_step_failed(struct vt_ctx *ctx, struct login_steps *steps, const char *key);
/* Whether its groups lead to a role. */
void login_step_rules(struct vt_ctx *ctx, const struct login_provider *provider,
		      struct login_steps *steps);

void oidc_check(struct vt_ctx *ctx, const uint8_t key[SECRET_KEY_SIZE],
		const struct login_provider *provider, const char *base_url, struct login_steps *steps);

void ldap_check(struct vt_ctx *ctx, const struct login_provider *provider, const char *who,
		struct login_steps *steps);

void kerberos_check(struct vt_ctx *ctx, const uint8_t key[SECRET_KEY_SIZE],
		    const struct login_provider *provider, const char *who, struct login_steps *steps);

#endif
