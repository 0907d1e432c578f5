#include "unit.h"
#include "net/guard.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/un.h>

static bool permits(const struct guard *guard, const char *host, const char *address,
		    uint16_t port)
{
	struct sockaddr_in6 ipv6 = { .sin6_family = AF_INET6, .sin6_port = htons(port) };
	struct sockaddr_in ipv4 = { .sin_family = AF_INET, .sin_port = htons(port) };

	if (strchr(address, ':')) {
		assert_int_equal(inet_pton(AF_INET6, address, &ipv6.sin6_addr), 1);
		return guard_permits(guard, host, (struct sockaddr *)&ipv6);
	}
	assert_int_equal(inet_pton(AF_INET, address, &ipv4.sin_addr), 1);
	return guard_permits(guard, host, (struct sockaddr *)&ipv4);
}

static void assert_inner(const char *const *addresses, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (permits(NULL, "host.example", addresses[i], 443))
			fail_msg("permitted: %s", addresses[i]);
	}
}

static struct guard *parse(void **state, const char *list)
{
	struct guard *guard;

	if (guard_parse(unit_ctx(state), list, &guard))
		fail_msg("%s", unit_ctx(state)->error.message);
	return guard;
}

static void public_addresses_are_permitted(void **state)
{
	static const char *const addresses[] = {
		"1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0",
		"126.255.255.255", "128.0.0.0", "169.253.255.255", "169.255.0.0",
		"172.15.255.255", "172.32.0.0", "192.0.1.0", "192.167.255.255", "192.169.0.0",
		"198.17.255.255", "198.20.0.0", "203.0.112.255", "223.255.255.255",
		"2606:4700::1111", "2800:3f0::1", "2001:200::1", "3ffe::1",
	};

	(void)state;
	for (size_t i = 0; i < VT_COUNT(addresses); i++) {
		if (!permits(NULL, "host.example", addresses[i], 443))
			fail_msg("refused: %s", addresses[i]);
	}
}

static void this_machine_is_refused(void **state)
{
	static const char *const addresses[] = {
		"127.0.0.1", "127.255.255.255", "0.0.0.0", "0.255.255.255", "::", "::1",
	};

	(void)state;
	assert_inner(addresses, VT_COUNT(addresses));
}

static void private_networks_are_refused(void **state)
{
	static const char *const addresses[] = {
		"10.0.0.0", "10.255.255.255", "172.16.0.0", "172.31.255.255", "192.168.0.0",
		"192.168.255.255", "fc00::1", "fdff:ffff::1", "fec0::1",
	};

	(void)state;
	assert_inner(addresses, VT_COUNT(addresses));
}

static void link_local_and_carrier_networks_are_refused(void **state)
{
	static const char *const addresses[] = {
		"169.254.0.0", "169.254.169.254", "169.254.255.255", "fe80::1", "febf::1",
		"100.64.0.0", "100.127.255.255",
	};

	(void)state;
	assert_inner(addresses, VT_COUNT(addresses));
}

static void multicast_and_reserved_networks_are_refused(void **state)
{
	static const char *const addresses[] = {
		"224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "192.0.0.8",
		"192.0.2.1", "192.88.99.1", "198.18.0.0", "198.19.255.255", "198.51.100.7",
		"203.0.113.7", "ff02::1", "2001:db8::1", "3fff::1", "4000::1", "100::1",
	};

	(void)state;
	assert_inner(addresses, VT_COUNT(addresses));
}

static void ipv4_hidden_in_ipv6_is_refused(void **state)
{
	static const char *const addresses[] = {
		"::ffff:127.0.0.1", "::ffff:1.1.1.1", "::127.0.0.1", "64:ff9b::7f00:1",
		"64:ff9b::1.1.1.1", "64:ff9b:1::1", "2002:7f00:1::", "2001:0:7f00:1::",
	};

	(void)state;
	assert_inner(addresses, VT_COUNT(addresses));
}

static void addresses_that_are_not_ip_are_refused(void **state)
{
	struct sockaddr_un path = { .sun_family = AF_UNIX, .sun_path = "/run/postgresql" };

	(void)state;
	assert_false(guard_permits(NULL, "host.example", (struct sockaddr *)&path));
}

static void an_entry_permits_its_host_port_and_network_together(void **state)
{
	struct guard *guard = parse(state, "padron.example:443:10.20.0.0/16");

	assert_true(permits(guard, "padron.example", "10.20.3.4", 443));
	assert_true(permits(guard, "PADRON.example.", "10.20.3.4", 443));
	assert_false(permits(guard, "padron.example", "10.20.3.4", 80));
	assert_false(permits(guard, "padron.example", "10.21.3.4", 443));
	assert_false(permits(guard, "otro.example", "10.20.3.4", 443));
	assert_false(permits(guard, "x.padron.example", "10.20.3.4", 443));
	assert_false(permits(guard, "padron.example", "::ffff:10.20.3.4", 443));
}

static void entries_do_not_narrow_what_is_public(void **state)
{
	struct guard *guard = parse(state, "padron.example:443:10.20.0.0/16");

	assert_true(permits(guard, "otro.example", "1.1.1.1", 8080));
}

static void an_ipv6_host_stands_in_brackets(void **state)
{
	struct guard *guard = parse(state, "[fd00::5]:8080:fd00::/8");

	assert_true(permits(guard, "fd00::5", "fd00::5", 8080));
	assert_false(permits(guard, "fd00::6", "fd00::6", 8080));
}

static void entries_are_separated_by_spaces_lines_or_commas(void **state)
{
	struct guard *guard = parse(state, " a:1:10.0.0.1/32,b:2:10.0.0.2/32\n\tc:3:::1/128 ");

	assert_true(permits(guard, "a", "10.0.0.1", 1));
	assert_true(permits(guard, "b", "10.0.0.2", 2));
	assert_true(permits(guard, "c", "::1", 3));
}

static void prefixes_of_any_length_are_compared_bit_by_bit(void **state)
{
	struct guard *guard = parse(state, "a:1:10.64.0.0/11 b:1:0.0.0.0/0");

	assert_true(permits(guard, "a", "10.95.255.255", 1));
	assert_false(permits(guard, "a", "10.96.0.0", 1));
	assert_false(permits(guard, "a", "10.63.255.255", 1));
	assert_true(permits(guard, "b", "127.0.0.1", 1));
}

static void an_empty_list_permits_nothing_inner(void **state)
{
	assert_false(permits(parse(state, ""), "localhost", "127.0.0.1", 80));
	assert_false(permits(parse(state, NULL), "localhost", "127.0.0.1", 80));
}

static void what_is_no_entry_is_refused_by_name(void **state)
{
	static const char *const lists[] = {
		"a", "a:80", "a:80:10.0.0.0", "a:80:10.0.0.0/33", "a:0:10.0.0.0/8",
		"a:65536:10.0.0.0/8", "a:x:10.0.0.0/8", ":80:10.0.0.0/8", "a:80:10.0.0/8",
		"a:80:10.0.0.5/8", "a:80:fd00::/129", "a:80:fd00::1/8", "[fd00::5:80:fd00::/8",
		"[fd00::5]80:fd00::/8", "a:80:/8", "a:80:10.0.0.0/", "a::10.0.0.0/8",
	};
	struct vt_ctx *ctx = unit_ctx(state);
	struct guard *guard;

	for (size_t i = 0; i < VT_COUNT(lists); i++) {
		if (!guard_parse(ctx, lists[i], &guard))
			fail_msg("taken: %s", lists[i]);
		assert_int_equal(ctx->error.code, VT_E_INVALID);
		assert_string_equal(ctx->error.key, "error.guard.entry");
		assert_non_null(strstr(ctx->error.message, lists[i]));
	}
}

static void networks_alone_contain_what_is_theirs(void **state)
{
	struct networks *networks;

	assert_int_equal(networks_parse(unit_ctx(state), "10.20.0.0/16, fd00::/8", &networks), 0);
	assert_true(networks_contain(networks, "10.20.255.1"));
	assert_true(networks_contain(networks, "::ffff:10.20.1.1"));
	assert_true(networks_contain(networks, "fd12::1"));
	assert_false(networks_contain(networks, "10.21.0.1"));
	assert_false(networks_contain(networks, "::ffff:10.21.0.1"));
	assert_false(networks_contain(networks, "fe80::1"));
	assert_false(networks_contain(networks, ""));
	assert_false(networks_contain(networks, "unix:"));
}

static void no_network_contains_nothing_and_a_wrong_one_is_refused(void **state)
{
	static const char *const wrong[] = { "10.0.0.5/8", "10.0.0.0", "10.0.0.0/33", "casa", "10.0.0.0/8 x" };
	struct networks *networks;

	assert_int_equal(networks_parse(unit_ctx(state), " ", &networks), 0);
	assert_false(networks_contain(networks, "127.0.0.1"));
	for (size_t i = 0; i < VT_COUNT(wrong); i++)
		assert_int_equal(networks_parse(unit_ctx(state), wrong[i], &networks), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT_TEST(public_addresses_are_permitted),
		UNIT_TEST(this_machine_is_refused),
		UNIT_TEST(private_networks_are_refused),
		UNIT_TEST(link_local_and_carrier_networks_are_refused),
		UNIT_TEST(multicast_and_reserved_networks_are_refused),
		UNIT_TEST(ipv4_hidden_in_ipv6_is_refused),
		UNIT_TEST(addresses_that_are_not_ip_are_refused),
		UNIT_TEST(an_entry_permits_its_host_port_and_network_together),
		UNIT_TEST(entries_do_not_narrow_what_is_public),
		UNIT_TEST(an_ipv6_host_stands_in_brackets),
		UNIT_TEST(entries_are_separated_by_spaces_lines_or_commas),
		UNIT_TEST(prefixes_of_any_length_are_compared_bit_by_bit),
		UNIT_TEST(an_empty_list_permits_nothing_inner),
		UNIT_TEST(what_is_no_entry_is_refused_by_name),
		UNIT_TEST(networks_alone_contain_what_is_theirs),
		UNIT_TEST(no_network_contains_nothing_and_a_wrong_one_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
