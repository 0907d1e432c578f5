/*
 * Signatures of raw bodies: HMAC-SHA256 with a secret shared with the
 * provider, as WhatsApp, Messenger and Instagram (hex) and X (base64) send
 * them. Verify the bytes as they came, before anything parses them.
 */
#ifndef VT_NET_SIGNATURE_H
#define VT_NET_SIGNATURE_H

#include "base/vt.h"

/*
 * Is given (the header's value) prefix followed by the signature of body, in
 * lower-case hex or in base64 with padding? The time taken tells nothing of
 * the right one. given NULL or "" and secret NULL or "" are never right: a
 * channel without its secret verifies nothing. prefix: "sha256=", or "".
 */
bool signature_verify_hex(const char *secret, const void *body, size_t size, const char *prefix,
			  const char *given);
bool signature_verify_base64(const char *secret, const void *body, size_t size,
			     const char *prefix, const char *given);

/* The signature itself, for requests of ours and challenges. In arena. */
char *signature_hex(struct arena *arena, const char *secret, const void *body, size_t size);
char *signature_base64(struct arena *arena, const char *secret, const void *body, size_t size);

#endif
