#include "web.h"
#include "base/clock.h"
#include "fastcgi_client.h"
#include "web/router.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#define BODY_MAX (20 * 1024 * 1024)

struct fixture {
	struct unit unit;          /* first: unit_ctx() reads it */
	char *share;
	char *socket;
	char *log;
	pid_t process;
};

static int hello(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	(void)ctx;
	strbuf_printf(&response->body, "hola %s", request_route(request, "name"));
	return 0;
}

static int echo(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	(void)ctx;
	strbuf_printf(&response->body, "body=%zu last=%c files=%zu", request->body_size,
		      request->body_size ? (char)request->body[request->body_size - 1] : '-',
		      request->upload_count);
	return 0;
}

static int large(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	(void)ctx;
	(void)request;
	for (int i = 0; i < 300000; i++)
		strbuf_puts(&response->body, "0123456789");
	return 0;
}

/* Seconds that the watchdog leaves to this request. */
static int limit(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	unsigned left = alarm(0);

	(void)ctx;
	(void)request;
	alarm(left);
	strbuf_printf(&response->body, "%u", left);
	return 0;
}

static int slow(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	const int64_t until_us = clock_monotonic_us() + CLOCK_SECOND / 2;

	(void)ctx;
	(void)request;
	while (clock_monotonic_us() < until_us)
		usleep(10000);
	strbuf_puts(&response->body, "done");
	return 0;
}

static const struct route routes[] = {
	{ "GET", "/hello/:name", hello, 0, NULL, NULL, 0 },
	{ "POST", "/echo", echo, 0, NULL, "echo", 0 },
	{ "GET", "/large", large, 0, NULL, NULL, 0 },
	{ "GET", "/limit", limit, 0, NULL, NULL, 0 },
	{ "GET", "/limit/slow", limit, 0, NULL, NULL, ROUTE_SLOW },
	{ "GET", "/slow", slow, 0, NULL, NULL, 0 },
};

static const struct program program = {
	.name = "unit", .routes = routes, .route_count = VT_COUNT(routes), .body_max = BODY_MAX,
};

/* In the child: as the supervisor starts it, with the listener as descriptor 0. */
static void __attribute__((noreturn)) run_program(struct fixture *fixture, int listener)
{
	const char *key = arena_printf(fixture->unit.ctx.arena, "%s/key", fixture->share);

	prctl(PR_SET_PDEATHSIG, SIGKILL);    /* also when the test crashes */
	if (dup2(listener, 0) != 0 || !freopen(fixture->log, "w", stderr))
		_exit(2);
	setenv("VT_DATABASE", "host=/nonexistent", 1);
	setenv("VT_RUN", fixture->share, 1);
	setenv("VT_FILES", fixture->share, 1);
	setenv("VT_KEY_FILE", key, 1);
	setenv("VT_SHARE", web_source_directory(), 1);
	setenv("VT_BASE_URL", "http://127.0.0.1", 1);
	setenv("VT_LOG", "info", 1);
	exit(program_run(&program));
}

static int setup(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));
	struct vt_ctx *ctx = &fixture->unit.ctx;
	int listener;

	vt_ctx_init(ctx, arena_new(), "unit");
	*state = fixture;
	fixture->share = web_share(ctx, "t");
	fixture->socket = arena_printf(ctx->arena, "%s/unit.sock", fixture->share);
	fixture->log = arena_printf(ctx->arena, "%s/log", fixture->share);
	web_write(ctx, fixture->share, "../key",
		  "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
	assert_int_equal(chmod(arena_printf(ctx->arena, "%s/key", fixture->share), 0600), 0);
	listener = fcgi_listen(fixture->socket);
	fixture->process = fork();
	assert_true(fixture->process >= 0);
	if (!fixture->process)
		run_program(fixture, listener);
	close(listener);
	return 0;
}

/* The status of its end within five seconds; -1: it goes on. */
static int await_end(struct fixture *fixture)
{
	int status;

	for (int i = 0; i < 500; i++) {
		if (waitpid(fixture->process, &status, WNOHANG) == fixture->process) {
			fixture->process = 0;
			return status;
		}
		usleep(10000);
	}
	return -1;
}

static int teardown(void **state)
{
	struct fixture *fixture = *state;

	if (fixture->process) {
		kill(fixture->process, SIGKILL);
		waitpid(fixture->process, NULL, 0);
	}
	web_share_remove(&fixture->unit.ctx, fixture->share);
	arena_free(fixture->unit.ctx.arena);
	free(fixture);
	return 0;
}

static int send_request(void **state, const char *method, const char *path, size_t length,
			const char *body, size_t size)
{
	struct fixture *fixture = *state;
	struct strbuf out;
	int fd = fcgi_connect(fixture->socket);

	strbuf_init(&out, fixture->unit.ctx.arena, 0);
	fcgi_begin(&out, fixture->unit.ctx.arena, method, path, "text/plain", length);
	fcgi_send(fd, out.data, out.size);
	fcgi_send_body(fd, fixture->unit.ctx.arena, body, size);
	return fd;
}

static struct fcgi_answer ask(void **state, const char *method, const char *path, size_t length,
			      const char *body, size_t size)
{
	return fcgi_receive(send_request(state, method, path, length, body, size),
			    unit_ctx(state)->arena);
}

static struct fcgi_answer get(void **state, const char *path)
{
	return ask(state, "GET", path, 0, "", 0);
}

static void assert_status(struct fcgi_answer answer, const char *status)
{
	assert_true(answer.complete);
	assert_memory_equal(answer.text, "Status: ", 8);
	assert_memory_equal(answer.text + 8, status, 3);
}

static char *read_log(void **state)
{
	struct fixture *fixture = *state;
	char *text = arena_alloc(fixture->unit.ctx.arena, 65536);
	FILE *file = fopen(fixture->log, "r");

	assert_non_null(file);
	text[fread(text, 1, 65535, file)] = '\0';
	fclose(file);
	return text;
}

static void one_process_answers_one_request_after_another(void **state)
{
	for (int i = 0; i < 20; i++) {
		struct fcgi_answer answer = get(state, "/hello/ana");

		assert_status(answer, "200");
		assert_string_equal(answer.body, "hola ana");
		assert_non_null(strstr(answer.text, "\r\nContent-Length: 8\r\n"));
	}
}

static void a_large_page_arrives_whole(void **state)
{
	struct fcgi_answer answer = get(state, "/large");

	assert_status(answer, "200");
	assert_int_equal(answer.body_size, 3000000);
	assert_memory_equal(answer.body + 2999990, "0123456789", 10);
}

static void head_gets_the_length_but_not_the_page(void **state)
{
	struct fcgi_answer answer = ask(state, "HEAD", "/hello/ana", 0, "", 0);

	assert_status(answer, "200");
	assert_non_null(strstr(answer.text, "\r\nContent-Length: 8\r\n"));
	assert_int_equal(answer.body_size, 0);
}

static void a_body_of_its_announced_length_is_taken(void **state)
{
	assert_string_equal(ask(state, "POST", "/echo", 5, "abcde", 5).body,
			    "body=5 last=e files=0");
	assert_string_equal(ask(state, "POST", "/echo", 0, "", 0).body, "body=0 last=- files=0");
}

static void a_body_shorter_than_announced_is_400(void **state)
{
	assert_status(ask(state, "POST", "/echo", 6, "abcde", 5), "400");
}

static void a_body_longer_than_announced_is_413(void **state)
{
	assert_status(ask(state, "POST", "/echo", 4, "abcde", 5), "413");
}

static void a_body_beyond_the_limit_is_413_and_the_next_request_is_served(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	char *body = arena_alloc(ctx->arena, BODY_MAX + 1);

	assert_status(ask(state, "POST", "/echo", BODY_MAX + 1, body, BODY_MAX + 1), "413");
	assert_status(get(state, "/hello/ana"), "200");
}

#ifndef __SANITIZE_ADDRESS__       /* a sanitizer keeps what was freed */
/* Resident kilobytes of the process under test. */
static long resident_kb(const struct fixture *fixture)
{
	char path[64], line[256];
	long kb = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)fixture->process);
	file = fopen(path, "r");
	assert_non_null(file);
	while (fgets(line, sizeof(line), file)) {
		if (!strncmp(line, "VmRSS:", 6))
			kb = strtol(line + 6, NULL, 10);
	}
	fclose(file);
	return kb;
}

static void the_memory_of_an_upload_goes_back_to_the_system(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	char *body = arena_alloc(ctx->arena, BODY_MAX);
	long before_kb;

	assert_status(get(state, "/large"), "200");
	before_kb = resident_kb(*state);
	for (int i = 0; i < 3; i++)
		assert_status(ask(state, "POST", "/echo", BODY_MAX, body, BODY_MAX), "200");
	/* it is given back behind the answer */
	for (int i = 0; i < 200 && resident_kb(*state) > before_kb + 1024; i++)
		usleep(10000);
	assert_in_range(resident_kb(*state), 1, before_kb + 1024);
}
#endif

static void a_client_that_leaves_does_no_harm(void **state)
{
	struct fixture *fixture = *state;
	struct strbuf half;
	int fd;

	strbuf_init(&half, fixture->unit.ctx.arena, 0);
	fcgi_begin(&half, fixture->unit.ctx.arena, "POST", "/echo", "text/plain", 100);
	fd = fcgi_connect(fixture->socket);
	fcgi_send(fd, half.data, half.size);
	close(fd);
	close(send_request(state, "GET", "/large", 0, "", 0));
	assert_status(get(state, "/hello/ana"), "200");
}

static void sigterm_lets_the_request_in_hand_finish(void **state)
{
	struct fixture *fixture = *state;
	struct fcgi_answer answer;
	int fd;

	assert_status(get(state, "/hello/ana"), "200");
	fd = send_request(state, "GET", "/slow", 0, "", 0);
	usleep(100000);
	kill(fixture->process, SIGTERM);
	answer = fcgi_receive(fd, unit_ctx(state)->arena);
	assert_status(answer, "200");
	assert_string_equal(answer.body, "done");
	assert_int_equal(await_end(fixture), 0);
}

static void sigterm_ends_an_idle_process_at_once(void **state)
{
	struct fixture *fixture = *state;
	int64_t begin_us;

	assert_status(get(state, "/hello/ana"), "200");
	usleep(50000);
	begin_us = clock_monotonic_us();
	kill(fixture->process, SIGTERM);
	assert_int_equal(await_end(fixture), 0);
	assert_in_range(clock_monotonic_us() - begin_us, 0, CLOCK_SECOND);
}

static void a_request_has_thirty_seconds_and_a_slow_one_two_minutes(void **state)
{
	assert_in_range(strtol(get(state, "/limit").body, NULL, 10), 25, 30);
	assert_in_range(strtol(get(state, "/limit/slow").body, NULL, 10), 115, 120);
	assert_in_range(strtol(get(state, "/limit").body, NULL, 10), 25, 30);
}

static void a_request_over_its_time_takes_its_process_with_it(void **state)
{
	struct fixture *fixture = *state;
	int fd, status;

	assert_status(get(state, "/hello/ana"), "200");
	fd = send_request(state, "GET", "/slow", 0, "", 0);
	usleep(100000);
	kill(fixture->process, SIGALRM);    /* as the kernel does when the time is over */
	status = await_end(fixture);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), EXIT_FAILURE);
	assert_false(fcgi_receive(fd, unit_ctx(state)->arena).complete);
	assert_non_null(strstr(read_log(state), "ev=watchdog"));
}

static void without_descriptors_it_waits_and_does_not_spin(void **state)
{
	struct fixture *fixture = *state;
	struct rlimit none, before;
	int fd, errors = 0;

	assert_status(get(state, "/hello/ana"), "200");
	assert_int_equal(prlimit(fixture->process, RLIMIT_NOFILE, NULL, &before), 0);
	none = (struct rlimit){ 3, before.rlim_max };
	assert_int_equal(prlimit(fixture->process, RLIMIT_NOFILE, &none, NULL), 0);
	fd = send_request(state, "GET", "/hello/eva", 0, "", 0);
	usleep(1500000);
	assert_int_equal(prlimit(fixture->process, RLIMIT_NOFILE, &before, NULL), 0);
	assert_status(fcgi_receive(fd, unit_ctx(state)->arena), "200");
	for (const char *at = read_log(state); (at = strstr(at, "ev=accept")); at++)
		errors++;
	assert_in_range(errors, 1, 4);
}

static void each_request_leaves_one_line_without_its_query(void **state)
{
	const char *log, *line;

	assert_status(get(state, "/hello/ana"), "200");
	assert_status(get(state, "/nowhere"), "404");
	assert_status(get(state, "/hello/end"), "200");
	log = read_log(state);
	line = strstr(log, "ev=http");
	assert_non_null(line);
	assert_non_null(strstr(line, " method=GET route=/hello/:name status=200 dur_ms="));
	assert_non_null(strstr(line, " method=GET route=- status=404 dur_ms="));
	assert_non_null(strstr(line, " db=0 bytes=8\n"));
	assert_null(strstr(log, "secret"));
	assert_null(strstr(log, "ana"));
}

static void run_without_listener(void *arg)
{
	int null = open("/dev/null", O_RDONLY);

	(void)arg;
	dup2(null, 0);
	if (program_run(&program) != EXIT_FAILURE)
		abort();
}

static void it_does_not_start_without_a_listening_socket(void **state)
{
	(void)state;
	assert_int_equal(unit_death_signal(run_without_listener, NULL), 0);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(one_process_answers_one_request_after_another),
		TEST(a_large_page_arrives_whole),
		TEST(head_gets_the_length_but_not_the_page),
		TEST(a_body_of_its_announced_length_is_taken),
		TEST(a_body_shorter_than_announced_is_400),
		TEST(a_body_longer_than_announced_is_413),
		TEST(a_body_beyond_the_limit_is_413_and_the_next_request_is_served),
#ifndef __SANITIZE_ADDRESS__
		TEST(the_memory_of_an_upload_goes_back_to_the_system),
#endif
		TEST(a_client_that_leaves_does_no_harm),
		TEST(sigterm_lets_the_request_in_hand_finish),
		TEST(sigterm_ends_an_idle_process_at_once),
		TEST(a_request_has_thirty_seconds_and_a_slow_one_two_minutes),
		TEST(a_request_over_its_time_takes_its_process_with_it),
		TEST(without_descriptors_it_waits_and_does_not_spin),
		TEST(each_request_leaves_one_line_without_its_query),
		UNIT_TEST(it_does_not_start_without_a_listening_socket),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
