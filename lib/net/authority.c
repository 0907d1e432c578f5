#include "base/vt.h"
#include "net/authority.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <string.h>

static size_t blocks(const char *pem)
{
	size_t count = 0;

	for (const char *at = pem; (at = strstr(at, "-----BEGIN ")); at++)
		count++;
	return count;
}

/* How many of the first blocks are certificates. */
static size_t certificates(const char *pem)
{
	BIO *text = BIO_new_mem_buf(pem, -1);
	X509 *certificate;
	size_t count = 0;

	VT_BUG_ON(!text);
	while ((certificate = PEM_read_bio_X509(text, NULL, NULL, NULL))) {
		X509_free(certificate);
		count++;
	}
	ERR_clear_error();
	BIO_free(text);
	return count;
}

/* What is no certificate (a key, a request) is passed over when certificates are read: the count tells. */
int authority_check(struct vt_ctx *ctx, const char *pem)
{
	size_t count = blocks(pem);

	if (pem[strspn(pem, " \t\r\n")] == '\0' || (count && certificates(pem) == count))
		return 0;
	return vt_fail_key(ctx, VT_E_INVALID, "error.authority.pem", "no certificates in PEM");
}
