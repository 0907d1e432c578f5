/*
 * HTTP "Negotiate" (RFC 4559) with Kerberos, through Cyrus SASL's GSS-SPNEGO:
 * who is logged in at a computer of the domain? One exchange, never NTLM, and
 * only principals of people of the one realm that is configured; nothing of
 * this machine's krb5.conf matters.
 */
#ifndef VT_NET_NEGOTIATE_H
#define VT_NET_NEGOTIATE_H

#include "base/vt.h"

struct negotiate_settings {
	const char *realm;             /* "AGENCIA.GOB.AR" */
	const char *keytab;            /* path of a file with the key of HTTP/<host> */
	const char *host;              /* of our address, as browsers ask for it */
};

/*
 * token: what follows "Negotiate " in the header Authorization. *name is the principal without its
 * realm, *reply (base64, "" for none) goes back after "Negotiate ". VT_E_FORBIDDEN, with a key:
 * error.kerberos.ntlm the browser offers NTLM; .realm another realm, or no person; .ticket the ticket
 * is not good. VT_E_PROVIDER (error.kerberos.keytab): our own key cannot be used.
 */
int negotiate(struct vt_ctx *ctx, const struct negotiate_settings *settings, const char *token,
	      const char **name, const char **reply) VT_MUST_CHECK;

/* Is the keytab there, and ours to read? VT_E_PROVIDER (error.kerberos.keytab). */
int negotiate_keytab(struct vt_ctx *ctx, const char *path) VT_MUST_CHECK;

#endif
