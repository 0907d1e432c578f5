#include "base/vt.h"
#include "base/clock.h"
#include "base/secret.h"
#include "base/strbuf.h"
#include "base/utf8.h"
#include "net/ldap.h"

#include <ldap.h>
#include <signal.h>
#include <strings.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#define WAIT_MS 3000
#define VALUE_MAX 1000
#define SYSTEM_AUTHORITIES "/etc/ssl/certs/ca-certificates.crt"
#define NESTED_FILTER "(member:1.2.840.113556.1.4.1941:=%d)"

struct directory {
	LDAP *handle;
	const struct directory_settings *settings;
	int authorities;              /* a file in memory, -1 */
	bool refused;                 /* by the guard */
	bool reached, secure;         /* connected; talking under TLS */
	int fd;                       /* -1 until it is reached */
	int64_t began_us;
	struct ldap_conncb hook;
};

/* --- filters -------------------------------------------------------------------------------- */

char *directory_escape(struct arena *arena, const char *text)
{
	struct strbuf out;

	strbuf_init(&out, arena, strlen(text) + 16);
	for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
		if (*c < 0x20 || *c >= 0x7f || strchr("*()\\", *c))
			strbuf_printf(&out, "\\%02x", *c);
		else
			strbuf_putc(&out, (char)*c);
	}
	return out.data;
}

bool directory_filter_valid(const char *filter, const char *place)
{
	int depth = 0;

	if (*filter != '(' || !strstr(filter, place))
		return false;
	for (const char *c = filter; *c; c++) {
		depth += (*c == '(') - (*c == ')');
		if (depth < 0 || (depth == 0 && c[1]))
			return false;
	}
	return depth == 0;
}

static const char *filter_fill(struct arena *arena, const char *filter, const char *login,
			       const char *dn)
{
	struct strbuf out;

	strbuf_init(&out, arena, 256);
	for (; *filter; filter++) {
		if (*filter == '%' && (filter[1] == 'u' || filter[1] == 'd'))
			strbuf_puts(&out, directory_escape(arena, *++filter == 'u' ? login : dn));
		else
			strbuf_putc(&out, *filter);
	}
	return out.data;
}

/* --- patience --------------------------------------------------------------------------------- */

/*
 * libldap's own time-outs bound neither the handshake of TLS nor an answer that trickles in. A timer
 * ends the connection under it: the read that waits then fails.
 */
static volatile sig_atomic_t watched = -1;

static void give_up(int signal_number)
{
	(void)signal_number;
	if (watched >= 0)
		shutdown(watched, SHUT_RDWR);
}

static timer_t the_timer(void)
{
	static timer_t timer;
	static bool made;
	struct sigaction action = { .sa_handler = give_up, .sa_flags = SA_RESTART };
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN };

	if (!made) {
		VT_BUG_ON(sigaction(SIGRTMIN, &action, NULL));
		VT_BUG_ON(timer_create(CLOCK_MONOTONIC, &event, &timer));
		made = true;
	}
	return timer;
}

/* -1: nothing waits any more. */
static void watch(int fd)
{
	const struct itimerspec once = { .it_value.tv_sec = fd < 0 ? 0 : WAIT_MS / 1000 };

	watched = fd;
	VT_BUG_ON(timer_settime(the_timer(), 0, &once, NULL));
}

/* Around each call that waits for the directory. */
static void begin(struct directory *directory)
{
	directory->began_us = clock_monotonic_us();
	watch(directory->fd);
}

static int ended(int code)
{
	watch(-1);
	return code;
}

/* --- a connection ----------------------------------------------------------------------------- */

static int ask_guard(LDAP *handle, Sockbuf *socket, LDAPURLDesc *server, struct sockaddr *address,
		     struct ldap_conncb *hook)
{
	struct directory *directory = hook->lc_arg;
	ber_socket_t fd;

	(void)handle;
	/* One connection, with its TLS: libldap would open another after a loss, and in the clear. */
	if (directory->reached)
		return -1;
	directory->refused = !guard_permits(directory->settings->guard, server->lud_host, address);
	directory->reached = true;
	if (directory->refused || ber_sockbuf_ctrl(socket, LBER_SB_OPT_GET_FD, &fd) != 1)
		return -1;
	directory->fd = fd;
	watch(fd);
	return 0;
}

static void forget(LDAP *handle, Sockbuf *socket, struct ldap_conncb *hook)
{
	(void)handle;
	(void)socket;
	(void)hook;
}

static void release(void *object)
{
	struct directory *directory = object;

	/* Saying farewell may wait too. */
	begin(directory);
	if (directory->handle)
		ldap_unbind_ext_s(directory->handle, NULL, NULL);
	watch(-1);
	if (directory->authorities >= 0)
		close(directory->authorities);
}

static bool is_away(int code)
{
	return code == LDAP_SERVER_DOWN || code == LDAP_TIMEOUT || code == LDAP_CONNECT_ERROR ||
	       code == LDAP_UNAVAILABLE || code == LDAP_BUSY || code == LDAP_TIMELIMIT_EXCEEDED;
}

/* The reason that TLS or the server gives goes to the log and to the administrator's test. */
static int failed(struct vt_ctx *ctx, struct directory *directory, int code, const char *what,
		  const char *key)
{
	bool hung = clock_monotonic_us() - directory->began_us >= (WAIT_MS - 200) * 1000;
	char *told = NULL, *why;

	ldap_get_option(directory->handle, LDAP_OPT_DIAGNOSTIC_MESSAGE, &told);
	why = arena_printf(ctx->arena, "%s: %s%s%.120s", what, ldap_err2string(code),
			   told && *told ? ": " : "", told ? told : "");
	ldap_memfree(told);
	if (directory->refused)
		return vt_fail_key(ctx, VT_E_FORBIDDEN, "error.http.address",
				   "the directory's address is not allowed");
	/* Reached, not slow, and still not talking: the handshake failed. */
	if (directory->reached && !directory->secure && !hung)
		return vt_fail_key(ctx, VT_E_PROVIDER, "error.ldap.tls", "%s", why);
	if (is_away(code) || (!directory->secure && hung))
		return vt_fail_key(ctx, VT_E_UNAVAILABLE, "error.login.away", "%s", why);
	return vt_fail_key(ctx, VT_E_PROVIDER, key, "%s", why);
}

static void set(struct directory *directory, int option, const void *value)
{
	VT_BUG_ON(ldap_set_option(directory->handle, option, value) != LDAP_OPT_SUCCESS);
}

/* libldap reads authorities from a file only: one in memory. */
static const char *authorities_file(struct vt_ctx *ctx, struct directory *directory)
{
	const char *pem = directory->settings->ca_pem;
	size_t size = strlen(pem);

	if (!size)
		return SYSTEM_AUTHORITIES;
	directory->authorities = memfd_create("authorities", MFD_CLOEXEC);
	VT_BUG_ON(directory->authorities < 0 ||
		  write(directory->authorities, pem, size) != (ssize_t)size);
	return arena_printf(ctx->arena, "/proc/self/fd/%d", directory->authorities);
}

static int set_tls(struct vt_ctx *ctx, struct directory *directory)
{
	const int demand = LDAP_OPT_X_TLS_DEMAND, client = 0, least = LDAP_OPT_X_TLS_PROTOCOL_TLS1_2;
	const char *file = authorities_file(ctx, directory);

	set(directory, LDAP_OPT_X_TLS_CACERTFILE, file);
	set(directory, LDAP_OPT_X_TLS_REQUIRE_CERT, &demand);
	set(directory, LDAP_OPT_X_TLS_PROTOCOL_MIN, &least);
	/* An own certificate that is none is found out here. */
	if (ldap_set_option(directory->handle, LDAP_OPT_X_TLS_NEWCTX, &client) != LDAP_OPT_SUCCESS)
		return vt_fail_key(ctx, VT_E_PROVIDER, "error.ldap.tls", "the authority cannot be read");
	return 0;
}

static void set_bounds(struct directory *directory)
{
	const struct timeval wait = { .tv_sec = WAIT_MS / 1000 };
	const int version = LDAP_VERSION3;

	set(directory, LDAP_OPT_PROTOCOL_VERSION, &version);
	set(directory, LDAP_OPT_REFERRALS, LDAP_OPT_OFF);
	set(directory, LDAP_OPT_NETWORK_TIMEOUT, &wait);
	set(directory, LDAP_OPT_TIMEOUT, &wait);
	directory->hook = (struct ldap_conncb){ ask_guard, forget, directory };
	set(directory, LDAP_OPT_CONNECT_CB, &directory->hook);
}

/* Connected under TLS, nobody bound yet. */
static int connect_it(struct vt_ctx *ctx, const struct directory_settings *settings,
		      struct directory **out)
{
	struct directory *directory = arena_alloc(ctx->arena, sizeof(*directory));
	bool start_tls = !strncmp(settings->url, "ldap://", 7);
	int code;

	directory->settings = settings;
	directory->authorities = directory->fd = -1;
	arena_defer(ctx->arena, release, directory);
	/* Nothing of this machine's ldap.conf, and nothing of the environment. */
	setenv("LDAPNOINIT", "1", 1);
	if ((!start_tls && strncmp(settings->url, "ldaps://", 8) != 0) ||
	    ldap_initialize(&directory->handle, settings->url) != LDAP_SUCCESS)
		return vt_fail_key(ctx, VT_E_INVALID, "error.ldap.url", "no URL of a directory");
	set_bounds(directory);
	if (set_tls(ctx, directory) < 0)
		return -1;
	if (start_tls) {
		begin(directory);
		code = ended(ldap_start_tls_s(directory->handle, NULL, NULL));
		if (code != LDAP_SUCCESS)
			return failed(ctx, directory, code, "StartTLS", "error.ldap.tls");
		directory->secure = true;
	}
	*out = directory;
	return 0;
}

static int bind_as(struct directory *directory, const char *dn, const char *password)
{
	struct berval secret = { .bv_len = strlen(password), .bv_val = (char *)(uintptr_t)password };

	int code;

	begin(directory);
	code = ended(ldap_sasl_bind_s(directory->handle, dn, LDAP_SASL_SIMPLE, &secret, NULL, NULL, NULL));
	/* ldaps connects with the first request; who answers it does so under TLS. */
	directory->secure |= code > 0 || code == LDAP_SUCCESS;
	return code;
}

int directory_open(struct vt_ctx *ctx, const struct directory_settings *settings,
		   struct directory **out)
{
	int code;

	if (connect_it(ctx, settings, out) < 0)
		return -1;
	code = bind_as(*out, settings->bind_dn, settings->password);
	if (code != LDAP_SUCCESS)
		return failed(ctx, *out, code, "bind", "error.ldap.bind");
	return 0;
}

int directory_password(struct vt_ctx *ctx, const struct directory_settings *settings, const char *dn,
		       const char *password)
{
	struct directory *directory;
	int code;

	if (!*password || !*dn)
		return vt_fail_field(ctx, "password", "error.login", "an empty password");
	if (connect_it(ctx, settings, &directory) < 0)
		return -1;
	code = bind_as(directory, dn, password);
	switch (code) {
	case LDAP_SUCCESS:
		return 0;
	case LDAP_INVALID_CREDENTIALS:
	case LDAP_INVALID_DN_SYNTAX:
	case LDAP_NO_SUCH_OBJECT:
	case LDAP_INAPPROPRIATE_AUTH:
	case LDAP_CONSTRAINT_VIOLATION:
	case LDAP_UNWILLING_TO_PERFORM:
		return vt_fail_field(ctx, "password", "error.login", "the directory refused the password");
	default:
		return failed(ctx, directory, code, "bind", "error.ldap.bind");
	}
}

/* --- searches ---------------------------------------------------------------------------------- */

static void release_result(void *result)
{
	ldap_msgfree(result);
}

static int search(struct vt_ctx *ctx, struct directory *directory, const char *base, int scope,
		  const char *filter, const char *const *attributes, int most, int *code,
		  LDAPMessage **out)
{
	struct timeval wait = { .tv_sec = WAIT_MS / 1000 };

	*out = NULL;
	begin(directory);
	*code = ended(ldap_search_ext_s(directory->handle, base, scope, filter,
					(char **)(uintptr_t)attributes, 0, NULL, NULL, &wait, most, out));
	if (*out)
		arena_defer(ctx->arena, release_result, *out);
	if (*code == LDAP_SUCCESS || *code == LDAP_SIZELIMIT_EXCEEDED)
		return 0;
	if (*code == LDAP_FILTER_ERROR)
		return failed(ctx, directory, *code, "search", "error.ldap.filter");
	return failed(ctx, directory, *code, "search",
		      *code == LDAP_NO_SUCH_OBJECT ? "error.ldap.base" : "error.ldap.answer");
}

static void release_values(void *values)
{
	ldap_value_free_len(values);
}

static struct berval **values_of(struct vt_ctx *ctx, struct directory *directory, LDAPMessage *entry,
				 const char *attribute)
{
	struct berval **values = ldap_get_values_len(directory->handle, entry, attribute);

	if (values)
		arena_defer(ctx->arena, release_values, values);
	return values;
}

static const char *text_of(struct vt_ctx *ctx, const struct berval *value)
{
	if (value->bv_len > VALUE_MAX || !utf8_valid(value->bv_val, value->bv_len))
		return "";
	return arena_strndup(ctx->arena, value->bv_val, value->bv_len);
}

static const char *first_of(struct vt_ctx *ctx, struct directory *directory, LDAPMessage *entry,
			    const char *attribute)
{
	struct berval **values = values_of(ctx, directory, entry, attribute);

	return values && values[0] ? text_of(ctx, values[0]) : "";
}

/* Active Directory's objectGUID is sixteen bytes. */
static const char *id_of(struct vt_ctx *ctx, struct directory *directory, LDAPMessage *entry)
{
	const char *attribute = directory->settings->id_attribute;
	struct berval **values = values_of(ctx, directory, entry, attribute);

	if (!values || !values[0] || !values[0]->bv_len || values[0]->bv_len > VALUE_MAX)
		return "";
	if (!strcasecmp(attribute, "objectGUID") ||
	    !utf8_valid(values[0]->bv_val, values[0]->bv_len))
		return secret_hex(ctx->arena, (const uint8_t *)values[0]->bv_val, values[0]->bv_len);
	return text_of(ctx, values[0]);
}

static const char *dn_of(struct vt_ctx *ctx, struct directory *directory, LDAPMessage *entry)
{
	char *dn = ldap_get_dn(directory->handle, entry);
	const char *kept = dn && utf8_valid(dn, strlen(dn)) ? arena_strdup(ctx->arena, dn) : "";

	ldap_memfree(dn);
	return kept;
}

static void groups_member_of(struct vt_ctx *ctx, struct directory *directory, LDAPMessage *entry,
			     const char **groups, size_t *count)
{
	struct berval **values = values_of(ctx, directory, entry, "memberOf");

	for (; values && *values && *count < LDAP_GROUPS_MAX; values++)
		groups[(*count)++] = text_of(ctx, *values);
}

static int groups_search(struct vt_ctx *ctx, struct directory *directory, const char *login,
			 const char *dn, const char **groups, size_t *count)
{
	static const char *const nothing[] = { "1.1", NULL };
	const struct directory_settings *settings = directory->settings;
	const char *base = *settings->group_base ? settings->group_base : settings->base;
	const char *filter = settings->groups == DIRECTORY_NESTED ? NESTED_FILTER : settings->group_filter;
	LDAPMessage *found;
	int code;

	if (search(ctx, directory, base, LDAP_SCOPE_SUBTREE, filter_fill(ctx->arena, filter, login, dn),
		   nothing, LDAP_GROUPS_MAX, &code, &found) < 0)
		return -1;
	for (LDAPMessage *entry = ldap_first_entry(directory->handle, found);
	     entry && *count < LDAP_GROUPS_MAX; entry = ldap_next_entry(directory->handle, entry))
		groups[(*count)++] = dn_of(ctx, directory, entry);
	return 0;
}

int directory_find(struct vt_ctx *ctx, struct directory *directory, const char *login,
		   struct directory_entry *out)
{
	const struct directory_settings *settings = directory->settings;
	const char *attributes[] = { settings->id_attribute, settings->login_attribute,
				     settings->name_attribute, settings->mail_attribute, "memberOf", NULL };
	const char **groups = arena_calloc(ctx->arena, LDAP_GROUPS_MAX, sizeof(*groups));
	LDAPMessage *found, *entry;
	int code;

	*out = (struct directory_entry){ 0 };
	if (search(ctx, directory, settings->base, LDAP_SCOPE_SUBTREE,
		   filter_fill(ctx->arena, settings->user_filter, login, ""), attributes, 2, &code, &found) < 0)
		return -1;
	if (code == LDAP_SIZELIMIT_EXCEEDED || ldap_count_entries(directory->handle, found) != 1)
		return vt_fail(ctx, VT_E_NOT_FOUND, "%s in the directory",
			       code || ldap_count_entries(directory->handle, found) ? "several" : "nobody");
	entry = ldap_first_entry(directory->handle, found);
	out->dn = dn_of(ctx, directory, entry);
	out->id = id_of(ctx, directory, entry);
	if (!*out->dn || !*out->id)
		return vt_fail_key(ctx, VT_E_PROVIDER, "error.ldap.id", "an entry without %s",
				   settings->id_attribute);
	out->login = first_of(ctx, directory, entry, settings->login_attribute);
	out->name = first_of(ctx, directory, entry, settings->name_attribute);
	out->email = first_of(ctx, directory, entry, settings->mail_attribute);
	out->groups = groups;
	if (settings->groups == DIRECTORY_MEMBER_OF) {
		groups_member_of(ctx, directory, entry, groups, &out->group_count);
		return 0;
	}
	return groups_search(ctx, directory, login, out->dn, groups, &out->group_count);
}

int directory_base(struct vt_ctx *ctx, struct directory *directory)
{
	static const char *const nothing[] = { "1.1", NULL };
	LDAPMessage *found;
	int code;

	return search(ctx, directory, directory->settings->base, LDAP_SCOPE_BASE, "(objectClass=*)", nothing,
		      1, &code, &found);
}
