/*
 * Which addresses our requests may reach. Addresses in URLs come from users,
 * administrators and providers; none of them may make us talk to this machine
 * or its neighbours (SSRF). What is asked is the address a socket is about to
 * connect to, after DNS, so that names which change their address gain nothing.
 *
 * Public addresses are permitted. Inner ones (loopback, private, link-local,
 * carrier NAT, multicast, documentation and reserved ranges, IPv4 inside IPv6,
 * NAT64) only by an entry "host:port:CIDR" of a list the administrator keeps:
 * "padron.arba.example:443:10.20.0.0/16", "[fd00::5]:8080:fd00::/8".
 */
#ifndef VT_NET_GUARD_H
#define VT_NET_GUARD_H

#include "base/vt.h"

#include <sys/socket.h>

struct guard;

/* Parse a list of entries separated by white space or commas; NULL and "" are
 * the empty list. *out is in ctx->arena. VT_E_INVALID (error.guard.entry) names
 * the entry that is none. */
int guard_parse(struct vt_ctx *ctx, const char *list, struct guard **out) VT_MUST_CHECK;

/* May a request for host (as in the URL, without brackets) go to this address
 * and port? guard NULL: public addresses only. */
bool guard_permits(const struct guard *guard, const char *host, const struct sockaddr *address);

/* A list of networks, "10.20.0.0/16 fd00::/8", with white space or commas between them. *out is in
 * ctx->arena. VT_E_INVALID (error.networks.entry) names the entry that is none. */
struct networks;
int networks_parse(struct vt_ctx *ctx, const char *list, struct networks **out) VT_MUST_CHECK;
/* Is address ("10.20.1.2", as REMOTE_ADDR) in one of them? An IPv4 address within IPv6 is itself. */
bool networks_contain(const struct networks *networks, const char *address);

#endif
