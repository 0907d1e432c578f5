/* Where clamd is, and what becomes of answers that it should not give. Real ones: tests/worker/scan.test.mjs. */
#include "unit.h"
#include "base/clock.h"
#include "net/clamd.h"

#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static void addresses_are_a_path_or_an_entry_of_the_guard(void **state)
{
	static const char *const wrong[] = {
		"", "clamd", "127.0.0.1", "127.0.0.1:3310", "127.0.0.1:0:127.0.0.0/8", "127.0.0.1:3310:127.0.0.1/8",
		"a:1:10.0.0.0/8 b:2:10.0.0.0/8", "::1:3310:::1/128",
	};
	struct vt_ctx *ctx = unit_ctx(state);
	struct clamd_address address;

	assert_int_equal(clamd_address_read(ctx, "/run/clamav/clamd.ctl", &address), 0);
	assert_string_equal(address.path, "/run/clamav/clamd.ctl");
	assert_int_equal(clamd_address_read(ctx, "virus.example:3310:10.20.0.0/16", &address), 0);
	assert_string_equal(address.host, "virus.example");
	assert_int_equal(address.port, 3310);
	assert_null(address.path);
	assert_int_equal(clamd_address_read(ctx, "[fd00::5]:3311:fd00::/8", &address), 0);
	assert_string_equal(address.host, "fd00::5");
	assert_int_equal(address.port, 3311);
	for (size_t i = 0; i < VT_COUNT(wrong); i++) {
		assert_int_equal(clamd_address_read(ctx, wrong[i], &address), -1);
		assert_string_equal(ctx->error.key, "error.antivirus.address");
	}
	char longest[200];
	memset(longest, '/', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	assert_int_equal(clamd_address_read(ctx, longest, &address), -1);
}

static void nobody_there_and_nowhere_permitted_are_told_at_once(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct clamd_address nobody = { .path = "/nowhere/clamd.ctl" }, inner = { .host = "127.0.0.1", .port = 3310 };
	struct clamd *clamd;

	assert_int_equal(clamd_begin(ctx, &nobody, NULL, INT64_MAX, &clamd), -1);
	assert_int_equal(ctx->error.code, VT_E_UNAVAILABLE);
	assert_int_equal(clamd_begin(ctx, &inner, NULL, INT64_MAX, &clamd), -1);
	assert_non_null(strstr(ctx->error.message, "not permitted"));
}

/* A peer that says `answer` to whoever comes, after it has read `reads` bytes, and hangs up; NULL: says nothing. */
static pid_t peer(const char *path, const char *answer, size_t size, size_t reads)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int door = socket(AF_UNIX, SOCK_STREAM, 0);
	char bytes[4096];

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	unlink(path);
	assert_int_equal(bind(door, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(door, 5), 0);
	pid_t child = fork();
	if (child) {
		close(door);
		return child;
	}
	int guest = accept(door, NULL, NULL);
	for (ssize_t got; reads && (got = read(guest, bytes, reads < sizeof(bytes) ? reads : sizeof(bytes))) > 0; )
		reads -= (size_t)got;
	if (!answer)
		pause();
	for (size_t done = 0; done < size; ) {
		ssize_t sent = write(guest, answer + done, size - done);
		if (sent < 0)
			break;
		done += (size_t)sent;
	}
	_exit(0);
}

static enum clamd_state ask(struct vt_ctx *ctx, const char *answer, size_t size, size_t reads, const char **text)
{
	static const char data[300000];
	const char *path = arena_printf(ctx->arena, "/tmp/test-clamd-%ld", (long)getpid());
	const struct clamd_address address = { .path = path };
	const struct clamd_bytes bytes = { -1, data, sizeof(data) };
	pid_t child = peer(path, answer, size, reads);
	enum clamd_state state;
	struct clamd *clamd;

	assert_int_equal(clamd_begin(ctx, &address, &bytes, clock_monotonic_us() + (answer ? 20 : 1) * CLOCK_SECOND / 4, &clamd), 0);
	while ((state = clamd_step(clamd)) == CLAMD_ON_ITS_WAY) {
		struct pollfd socket = { 0 };
		socket.fd = clamd_socket(clamd, &socket.events);
		poll(&socket, 1, 50);
	}
	*text = arena_strdup(ctx->arena, clamd_text(clamd));
	clamd_end(clamd);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	unlink(path);
	return state;
}

/* The command with its NUL, each piece with its size, the empty one. */
#define ALL (10 + 300000 + 5 * 4 + 4)
#define SAYS(text) text, sizeof(text)

static void only_what_clamd_says_after_it_has_everything_is_clean(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	const char *text;
	char endless[8192];

	memset(endless, 'x', sizeof(endless));
	assert_int_equal(ask(ctx, SAYS("stream: OK"), ALL, &text), CLAMD_CLEAN);
	assert_int_equal(ask(ctx, SAYS("stream: Mala.Cosa FOUND"), ALL, &text), CLAMD_FOUND);
	assert_string_equal(text, "Mala.Cosa");
	assert_int_equal(ask(ctx, SAYS("stream: \033[2J\xff FOUND"), ALL, &text), CLAMD_FOUND);
	assert_string_equal(text, "?[2J?");
	assert_int_equal(ask(ctx, SAYS("INSTREAM size limit exceeded. ERROR"), 100000, &text), CLAMD_TOO_LARGE);
	assert_int_equal(ask(ctx, SAYS("stream: OK"), 100, &text), CLAMD_FAILED);
	assert_int_equal(ask(ctx, SAYS("stream: Can't allocate memory ERROR"), ALL, &text), CLAMD_FAILED);
	assert_int_equal(ask(ctx, SAYS("HTTP/1.1 200 OK"), ALL, &text), CLAMD_FAILED);
	assert_int_equal(ask(ctx, SAYS(" FOUND"), ALL, &text), CLAMD_FAILED);
	assert_int_equal(ask(ctx, endless, sizeof(endless), ALL, &text), CLAMD_FAILED);
	assert_int_equal(ask(ctx, "", 0, ALL, &text), CLAMD_FAILED);
	assert_string_equal(text, "it hung up");
	assert_int_equal(ask(ctx, NULL, 0, 10, &text), CLAMD_FAILED);
	assert_string_equal(text, "no answer in time");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT_TEST(addresses_are_a_path_or_an_entry_of_the_guard),
		UNIT_TEST(nobody_there_and_nowhere_permitted_are_told_at_once),
		UNIT_TEST(only_what_clamd_says_after_it_has_everything_is_clean),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
