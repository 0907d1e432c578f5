#include "base/vt.h"
#include "base/id.h"
#include "net/guard.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <strings.h>

#define HOST_MAX 254
#define ENTRIES_MAX 64

struct network {
	int family;                /* AF_INET or AF_INET6 */
	uint8_t bytes[16];
	unsigned bits;
};

struct entry {
	char host[HOST_MAX];
	uint16_t port;
	struct network network;
};

struct guard {
	size_t count;
	struct entry entries[];
};

/* IANA's special-purpose address registries, and multicast. */
static const struct network inner_ipv4[] = {
	{ AF_INET, { 0 }, 8 },
	{ AF_INET, { 10 }, 8 },
	{ AF_INET, { 100, 64 }, 10 },
	{ AF_INET, { 127 }, 8 },
	{ AF_INET, { 169, 254 }, 16 },
	{ AF_INET, { 172, 16 }, 12 },
	{ AF_INET, { 192, 0, 0 }, 24 },
	{ AF_INET, { 192, 0, 2 }, 24 },
	{ AF_INET, { 192, 88, 99 }, 24 },
	{ AF_INET, { 192, 168 }, 16 },
	{ AF_INET, { 198, 18 }, 15 },
	{ AF_INET, { 198, 51, 100 }, 24 },
	{ AF_INET, { 203, 0, 113 }, 24 },
	{ AF_INET, { 224 }, 3 },
};

/* Only 2000::/3 is global; within it these are not, or hide an IPv4 address. */
static const struct network global_ipv6 = { AF_INET6, { 0x20 }, 3 };
static const struct network inner_ipv6[] = {
	{ AF_INET6, { 0x20, 0x01, 0x00 }, 23 },
	{ AF_INET6, { 0x20, 0x01, 0x0d, 0xb8 }, 32 },
	{ AF_INET6, { 0x20, 0x02 }, 16 },
	{ AF_INET6, { 0x3f, 0xff }, 20 },
};

static bool contains(const struct network *network, const uint8_t *address)
{
	unsigned whole = network->bits / 8, rest = network->bits % 8;

	if (memcmp(network->bytes, address, whole))
		return false;
	return !rest || (network->bytes[whole] ^ address[whole]) >> (8 - rest) == 0;
}

static bool is_public(int family, const uint8_t *address)
{
	const struct network *inner = family == AF_INET ? inner_ipv4 : inner_ipv6;
	size_t count = family == AF_INET ? VT_COUNT(inner_ipv4) : VT_COUNT(inner_ipv6);

	if (family == AF_INET6 && !contains(&global_ipv6, address))
		return false;
	for (size_t i = 0; i < count; i++) {
		if (contains(&inner[i], address))
			return false;
	}
	return true;
}

/* "pagos.example." and "PAGOS.example" are the same host. */
static bool same_host(const char *a, const char *b)
{
	size_t length_a = strlen(a), length_b = strlen(b);

	length_a -= length_a && a[length_a - 1] == '.';
	length_b -= length_b && b[length_b - 1] == '.';
	return length_a == length_b && !strncasecmp(a, b, length_a);
}

bool guard_permits(const struct guard *guard, const char *host, const struct sockaddr *address)
{
	const struct sockaddr_in *ipv4 = (const void *)address;
	const struct sockaddr_in6 *ipv6 = (const void *)address;
	bool is_ipv4 = address->sa_family == AF_INET;
	const uint8_t *bytes;
	uint16_t port;

	if (!is_ipv4 && address->sa_family != AF_INET6)
		return false;
	bytes = is_ipv4 ? (const uint8_t *)&ipv4->sin_addr : ipv6->sin6_addr.s6_addr;
	port = ntohs(is_ipv4 ? ipv4->sin_port : ipv6->sin6_port);
	if (is_public(address->sa_family, bytes))
		return true;
	for (size_t i = 0; guard && i < guard->count; i++) {
		const struct entry *entry = &guard->entries[i];

		if (entry->port == port && same_host(entry->host, host) &&
		    entry->network.family == address->sa_family &&
		    contains(&entry->network, bytes))
			return true;
	}
	return false;
}

/* Bits beyond the prefix must be zero: 10.0.0.5/8 is likely a mistake. */
static bool parse_network(const char *text, struct network *network)
{
	char address[INET6_ADDRSTRLEN];
	const char *slash = strchr(text, '/');
	size_t length = slash ? (size_t)(slash - text) : 0;
	int64_t bits;

	if (!slash || length >= sizeof(address))
		return false;
	memcpy(address, text, length);
	address[length] = '\0';
	network->family = strchr(address, ':') ? AF_INET6 : AF_INET;
	if (inet_pton(network->family, address, network->bytes) != 1 ||
	    id_parse(slash + 1, 0, network->family == AF_INET ? 32 : 128, &bits))
		return false;
	network->bits = (unsigned)bits;
	for (unsigned bit = network->bits; bit < 128; bit++) {
		if (network->bytes[bit / 8] & (0x80 >> bit % 8))
			return false;
	}
	return true;
}

static bool parse_entry(char *text, struct entry *entry)
{
	bool bracket = *text == '[';
	char *host = text + bracket, *end = strchr(host, bracket ? ']' : ':');
	char *port, *network;
	int64_t number;

	if (!end || end == host || end - host >= HOST_MAX)
		return false;
	memcpy(entry->host, host, (size_t)(end - host));
	if (bracket && *++end != ':')
		return false;
	port = end + 1;
	network = strchr(port, ':');
	if (!network)
		return false;
	*network++ = '\0';
	if (id_parse(port, 1, 65535, &number))
		return false;
	entry->port = (uint16_t)number;
	return parse_network(network, &entry->network);
}

int guard_parse(struct vt_ctx *ctx, const char *list, struct guard **out)
{
	struct guard *guard = arena_alloc(ctx->arena,
					  sizeof(*guard) + ENTRIES_MAX * sizeof(struct entry));
	const char *separators = ", \t\r\n";

	list = list ? list : "";
	for (list += strspn(list, separators); *list; list += strspn(list, separators)) {
		size_t length = strcspn(list, separators);
		char *text = arena_strndup(ctx->arena, list, length);

		if (guard->count == ENTRIES_MAX)
			return vt_fail_key(ctx, VT_E_INVALID, "error.guard.entry",
					   "more than %d allowed addresses", ENTRIES_MAX);
		if (!parse_entry(text, &guard->entries[guard->count++]))
			return vt_fail_key(ctx, VT_E_INVALID, "error.guard.entry",
					   "not host:port:CIDR: %.*s", (int)length, list);
		list += length;
	}
	*out = guard;
	return 0;
}

/* --- networks alone ----------------------------------------------------------------------------- */

struct networks {
	size_t count;
	struct network items[ENTRIES_MAX];
};

int networks_parse(struct vt_ctx *ctx, const char *list, struct networks **out)
{
	struct networks *networks = arena_alloc(ctx->arena, sizeof(*networks));
	const char *separators = ", \t\r\n";

	for (list += strspn(list, separators); *list; list += strspn(list, separators)) {
		size_t length = strcspn(list, separators);
		char *text = arena_strndup(ctx->arena, list, length);

		if (networks->count == ENTRIES_MAX ||
		    !parse_network(text, &networks->items[networks->count++]))
			return vt_fail_key(ctx, VT_E_INVALID, "error.networks.entry", "not a CIDR: %.*s",
					   (int)length, list);
		list += length;
	}
	*out = networks;
	return 0;
}

bool networks_contain(const struct networks *networks, const char *address)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	int family = strchr(address, ':') ? AF_INET6 : AF_INET;
	uint8_t room[16], *bytes = room;

	if (inet_pton(family, address, bytes) != 1)
		return false;
	if (family == AF_INET6 && !memcmp(bytes, mapped, sizeof(mapped))) {
		family = AF_INET;
		bytes += sizeof(mapped);
	}
	for (size_t i = 0; i < networks->count; i++) {
		if (networks->items[i].family == family && contains(&networks->items[i], bytes))
			return true;
	}
	return false;
}
