#include "base/vt.h"
#include "base/log.h"
#include "base/secret.h"
#include "net/negotiate.h"

#include <errno.h>
#include <fcntl.h>
#include <sasl/sasl.h>
#include <sys/mman.h>
#include <unistd.h>

#define TOKEN_MAX ((size_t)64 * 1024)
#define NTLM "TlRMTVNT"              /* base64 of "NTLMSSP" */
#define REALM_MAX 200
#define MECHANISM "GSS-SPNEGO"

/* --- Cyrus SASL ------------------------------------------------------------------------------ */

static int on_option(void *context, const char *plugin, const char *option, const char **result,
		     unsigned *length)
{
	(void)context;
	(void)plugin;
	if (strcmp(option, "mech_list") != 0)
		return SASL_FAIL;
	*result = MECHANISM;
	if (length)
		*length = strlen(MECHANISM);
	return SASL_OK;
}

/* What it says may name people. */
static int on_log(void *context, int level, const char *message)
{
	(void)context;
	(void)level;
	(void)message;
	return SASL_OK;
}

#define CALLBACK(function) (int (*)(void))(void (*)(void))(function)
static const sasl_callback_t callbacks[] = {
	{ SASL_CB_GETOPT, CALLBACK(on_option), NULL },
	{ SASL_CB_LOG, CALLBACK(on_log), NULL },
	{ SASL_CB_LIST_END, NULL, NULL },
};

static int start(struct vt_ctx *ctx)
{
	static bool started;

	if (!started && sasl_server_init(callbacks, "ventanilla") != SASL_OK)
		return vt_fail(ctx, VT_E_PROVIDER, "Cyrus SASL does not start");
	started = true;
	return 0;
}

static void release(void *object)
{
	sasl_conn_t *connection = object;

	sasl_dispose(&connection);
}

/* --- Kerberos ---------------------------------------------------------------------------------- */

/* A configuration of our own, in memory: the realm is the default one, so that SASL gives the names of
 * its principals without it, and those of any other with. */
static int configure(struct vt_ctx *ctx, const struct negotiate_settings *settings)
{
	static char current[REALM_MAX + 1];
	static int file = -1;

	if (strlen(settings->realm) > REALM_MAX || strpbrk(settings->realm, " \t\r\n{}[]="))
		return vt_fail_key(ctx, VT_E_PROVIDER, "error.kerberos.realm", "no name of a realm");
	if (strcmp(current, settings->realm) != 0) {
		if (file >= 0)
			close(file);
		file = memfd_create("krb5.conf", MFD_CLOEXEC);
		VT_BUG_ON(file < 0);
		dprintf(file, "[libdefaults]\ndefault_realm = %s\ndns_canonicalize_hostname = false\n"
			"rdns = false\ndns_lookup_realm = false\ndns_lookup_kdc = false\n", settings->realm);
		snprintf(current, sizeof(current), "%s", settings->realm);
	}
	setenv("KRB5_CONFIG", arena_printf(ctx->arena, "/proc/self/fd/%d", file), 1);
	setenv("KRB5_KTNAME", arena_printf(ctx->arena, "FILE:%s", settings->keytab), 1);
	return 0;
}

int negotiate_keytab(struct vt_ctx *ctx, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	unsigned char version[2] = { 0 };
	bool good;

	if (fd < 0)
		return vt_fail_key(ctx, VT_E_PROVIDER, "error.kerberos.keytab", "%s: %s", path, strerror(errno));
	good = read(fd, version, sizeof(version)) == sizeof(version) && version[0] == 5;
	close(fd);
	return good ? 0 : vt_fail_key(ctx, VT_E_PROVIDER, "error.kerberos.keytab", "%s: no keytab", path);
}

static int connection_new(struct vt_ctx *ctx, const struct negotiate_settings *settings,
			  sasl_conn_t **out)
{
	static const sasl_http_request_t request = { .method = "GET", .uri = "/", .entity = (const unsigned char *)"" };

	if (sasl_server_new("HTTP", settings->host, NULL, NULL, NULL, callbacks,
			    SASL_NEED_HTTP | SASL_SUCCESS_DATA, out) != SASL_OK)
		return vt_fail(ctx, VT_E_PROVIDER, "Cyrus SASL has no connection");
	arena_defer(ctx->arena, release, *out);
	VT_BUG_ON(sasl_setprop(*out, SASL_HTTP_REQUEST, &request) != SASL_OK);
	return 0;
}

/* A person of our realm: no instance, no other realm. */
static int name_of(struct vt_ctx *ctx, sasl_conn_t *connection, const char **name)
{
	const void *value = NULL;

	if (sasl_getprop(connection, SASL_USERNAME, &value) != SASL_OK || !value)
		return vt_fail_key(ctx, VT_E_FORBIDDEN, "error.kerberos.ticket", "a ticket of nobody");
	*name = arena_strdup(ctx->arena, value);
	if (!**name || strpbrk(*name, "@/"))
		return vt_fail_key(ctx, VT_E_FORBIDDEN, "error.kerberos.realm",
				   "a principal of another realm, or no person");
	return 0;
}

int negotiate(struct vt_ctx *ctx, const struct negotiate_settings *settings, const char *token,
	      const char **name, const char **reply)
{
	const char *out = NULL;
	unsigned out_size = 0;
	sasl_conn_t *connection;
	uint8_t *raw;
	size_t size;
	int code;

	*reply = "";
	if (!strncmp(token, NTLM, strlen(NTLM)))
		return vt_fail_key(ctx, VT_E_FORBIDDEN, "error.kerberos.ntlm", "NTLM");
	if (strlen(token) > TOKEN_MAX || !(raw = secret_from_base64(ctx->arena, token, &size)))
		return vt_fail_key(ctx, VT_E_FORBIDDEN, "error.kerberos.ticket", "not base64");
	if (negotiate_keytab(ctx, settings->keytab) < 0 || configure(ctx, settings) < 0 ||
	    start(ctx) < 0 || connection_new(ctx, settings, &connection) < 0)
		return -1;
	code = sasl_server_start(connection, MECHANISM, (const char *)raw, (unsigned)size, &out, &out_size);
	if (code == SASL_NOMECH)
		return vt_fail(ctx, VT_E_PROVIDER, "Cyrus SASL has no " MECHANISM);
	if (code != SASL_OK)
		return vt_fail_key(ctx, VT_E_FORBIDDEN, "error.kerberos.ticket", "refused (%d): %.150s", code,
				   sasl_errdetail(connection));
	if (out_size)
		*reply = secret_base64(ctx->arena, (const uint8_t *)out, out_size);
	return name_of(ctx, connection, name);
}
