/*
 * Secrets: random tokens, digests, comparison in constant time, passwords,
 * and encryption at rest with the key file. libsodium underneath.
 */
#ifndef VT_BASE_SECRET_H
#define VT_BASE_SECRET_H

#include "base/vt.h"

#define SECRET_TOKEN_TEXT 44      /* 32 random bytes as base64url and NUL */
#define SECRET_HASH_SIZE 32       /* SHA-256 */
#define SECRET_KEY_SIZE 32

/* Must be called once in main; aborts when libsodium cannot start. */
void secret_init(void);
/* The production source for vt_ctx.random_bytes. */
void secret_random(void *buffer, size_t size);

/* A 256-bit token for a cookie, a visitor or a link. */
void secret_token(struct vt_ctx *ctx, char out[SECRET_TOKEN_TEXT]);
void secret_sha256(const void *data, size_t size, uint8_t out[SECRET_HASH_SIZE]);
void secret_hmac_sha256(const void *key, size_t key_size, const void *data, size_t size,
			uint8_t out[SECRET_HASH_SIZE]);
bool secret_equal(const void *a, const void *b, size_t size);     /* constant time */
bool secret_equal_text(const char *a, const char *b);             /* constant time in b */
char *secret_hex(struct arena *arena, const uint8_t *data, size_t size);
char *secret_base64(struct arena *arena, const uint8_t *data, size_t size);   /* padded */
char *secret_base64url(struct arena *arena, const uint8_t *data, size_t size);
/* The bytes of padded base64, in arena; NULL when it is none. */
uint8_t *secret_from_base64(struct arena *arena, const char *text, size_t *out_size);
/* The bytes of size characters of unpadded base64url, with a NUL behind them, in arena; NULL when it
 * is none. */
uint8_t *secret_from_base64url(struct arena *arena, const char *text, size_t size, size_t *out_size);

/* Read the 32-byte key: 64 hex digits in a file of mode 0600 or stricter.
 * -1 with VT_E_INVALID naming the file and the reason. */
int secret_key_load(struct vt_ctx *ctx, const char *path,
		    uint8_t key[SECRET_KEY_SIZE]) VT_MUST_CHECK;
/* A key of its own for a purpose ("csrf", "file-link"), derived from the key file's. */
void secret_key_derive(const uint8_t key[SECRET_KEY_SIZE], const char *purpose,
		       uint8_t out[SECRET_KEY_SIZE]);
/* crypto_secretbox with a random nonce in front; text out is base64url. */
char *secret_encrypt(struct vt_ctx *ctx, const uint8_t key[SECRET_KEY_SIZE], const char *text);
/* *out is in ctx->arena and wiped at its reset. VT_E_INVALID when altered or of another key. */
int secret_decrypt(struct vt_ctx *ctx, const uint8_t key[SECRET_KEY_SIZE], const char *boxed,
		   char **out) VT_MUST_CHECK;

/* argon2id, m=19456 KiB, t=2, p=1 (identity-security notes, A4). About 0.2 s. */
int secret_password_hash(struct vt_ctx *ctx, const char *password, char **out) VT_MUST_CHECK;
/* True when it matches; *rehash says the parameters are older than today's.
 * hash may be NULL: a dummy is verified so that the time tells nothing. */
bool secret_password_verify(const char *hash, const char *password, bool *rehash);
void secret_wipe(void *data, size_t size);

#endif
