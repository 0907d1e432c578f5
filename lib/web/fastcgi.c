#include "base/vt.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/log.h"
#include "base/secret.h"
#include "db/db.h"
#include "db/wake.h"
#include "web/body.h"
#include "web/dispatch.h"
#include "web/template.h"

#include <errno.h>
#include <fcgiapp.h>
#include <malloc.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#define LISTENER 0                 /* the socket that the supervisor holds and passes on */
#define REQUEST_LIMIT_S 30
#define SLOW_REQUEST_LIMIT_S 120
#define ACCEPT_PAUSE_S 1
#define STOP_DELAY_US 50000
#define BODY_LIMIT ((size_t)101 * 1024 * 1024)
#define BLOCK_TO_SYSTEM (128 * 1024)

static volatile sig_atomic_t stopping, serving;

static void wait_at_most(long us)
{
	const struct itimerval once = { .it_value.tv_usec = us };

	setitimer(ITIMER_REAL, &once, NULL);
}

/* SIGTERM restarts what it interrupts, so that no read or write of a request is lost; it is this
 * timer that gets an idle process out of accept(). A request served meanwhile sets its own. */
static void on_stop(int signal_number)
{
	(void)signal_number;
	stopping = 1;
	FCGX_ShutdownPending();
	if (!serving)
		wait_at_most(STOP_DELAY_US);
}

/* The watchdog: a request that hangs takes its process with it; the supervisor starts another. */
static void on_alarm(int signal_number)
{
	static const char line[] = "lvl=err ev=watchdog msg=\"request over its time limit\"\n";

	(void)signal_number;
	if (!serving) {
		wait_at_most(STOP_DELAY_US);
		return;
	}
	if (write(STDERR_FILENO, line, sizeof(line) - 1) < 0)
		_exit(EXIT_FAILURE);
	_exit(EXIT_FAILURE);
}

static void catch(int signal_number, void (*handler)(int), int flags)
{
	struct sigaction action = { .sa_handler = handler, .sa_flags = flags };

	sigemptyset(&action.sa_mask);
	VT_BUG_ON(sigaction(signal_number, &action, NULL));
}

/* After FCGX_Init, which sets handlers of its own. */
static void catch_signals(void)
{
	catch(SIGTERM, on_stop, SA_RESTART);
	catch(SIGINT, on_stop, SA_RESTART);
	catch(SIGALRM, on_alarm, 0);
	catch(SIGPIPE, SIG_IGN, 0);
}

/* Exactly the announced bytes: less is a client that left, more a client that lies. */
static int read_body(struct vt_ctx *ctx, FCGX_Request *wire, struct request *request)
{
	size_t size = request->body_size;
	char *body;

	if (body_room(ctx, size, &body) < 0)
		return -1;
	int got = FCGX_GetStr(body, (int)size + 1, wire->in);
	if ((size_t)got > size)
		return vt_fail(ctx, VT_E_TOO_LARGE, "body longer than its announced %zu bytes",
			       size);
	if ((size_t)got < size)
		return vt_fail_key(ctx, VT_E_INVALID, "error.malformed",
				   "body of %d bytes, %zu announced", got, size);
	body[size] = '\0';
	request->body = (const uint8_t *)body;
	return 0;
}

/* What is left unread would reset the connection before nginx has read the answer. */
static void drain(FCGX_Request *wire)
{
	char trash[16384];

	while (FCGX_GetStr(trash, sizeof(trash), wire->in) == (int)sizeof(trash))
		;
}

static int answer(struct vt_ctx *ctx, struct exchange *exchange, const struct program *program,
		  FCGX_Request *wire)
{
	if (dispatch_begin(ctx, exchange, program, wire->envp) < 0)
		return -1;
	if (exchange->route->flags & ROUTE_SLOW)
		alarm(SLOW_REQUEST_LIMIT_S);
	if (read_body(ctx, wire, &exchange->request) < 0) {
		if (ctx->error.code == VT_E_INVALID)
			exchange->error_status = 400;
		return -1;
	}
	return dispatch_run(ctx, exchange);
}

static void serve(struct vt_ctx *ctx, const struct program *program, FCGX_Request *wire)
{
	struct exchange exchange;
	struct strbuf head;

	serving = 1;
	alarm(REQUEST_LIMIT_S);
	if (answer(ctx, &exchange, program, wire) < 0)
		dispatch_refuse(ctx, &exchange);
	strbuf_init(&head, ctx->arena, 1024);
	dispatch_end(ctx, &exchange, &head);
	drain(wire);
	FCGX_PutStr(head.data, (int)head.size, wire->out);
	if (strcmp(exchange.request.method, "HEAD"))
		FCGX_PutStr(exchange.response.body.data, (int)exchange.response.body.size,
			    wire->out);
	wire->keepConnection = 0;       /* a kept connection would pin this process to it */
	FCGX_Finish_r(wire);
	alarm(0);
	serving = 0;
	vt_ctx_reset(ctx);
}

/* Until SIGTERM. Out of descriptors is no reason to leave or to spin. */
static int accept_requests(struct vt_ctx *ctx, const struct program *program)
{
	FCGX_Request wire;

	if (FCGX_InitRequest(&wire, LISTENER, FCGI_FAIL_ACCEPT_ON_INTR))
		return vt_fail(ctx, VT_E_BUG, "FCGX_InitRequest");
	while (!stopping) {
		int result = FCGX_Accept_r(&wire);

		if (!result) {
			ctx->now_us = clock_now_us();
			serve(ctx, program, &wire);
		} else if (result != -EINTR && !stopping) {
			log_event(NULL, LOG_LEVEL_ERROR, "accept", "error=%d", result);
			sleep(ACCEPT_PAUSE_S);
		}
	}
	FCGX_Free(&wire, 1);
	return 0;
}

static bool is_listening(int fd)
{
	int listening = 0;
	socklen_t size = sizeof(listening);

	return !getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) && listening;
}

/* libfcgi's own waits (live-layer notes, 2.5) are for peers that are not nginx. Blocks of uploads
 * go back to the system, whatever the largest so far. */
static int prepare(struct vt_ctx *ctx, const struct program *program)
{
	VT_BUG_ON(program->body_max > BODY_LIMIT);
	if (!is_listening(LISTENER))
		return vt_fail(ctx, VT_E_INVALID, "descriptor 0 is no listening socket");
	mallopt(M_MMAP_THRESHOLD, BLOCK_TO_SYSTEM);
	mallopt(M_TRIM_THRESHOLD, 2 * BLOCK_TO_SYSTEM);
	unsetenv("HTTP_PROXY");
	setenv("LIBFCGI_OS_CLOSE_POLL_TIMEOUT", "0", 1);
	setenv("LIBFCGI_IS_AF_UNIX_KEEPER_POLL_TIMEOUT", "50", 1);
	if (FCGX_Init())
		return vt_fail(ctx, VT_E_BUG, "FCGX_Init");
	catch_signals();
	return 0;
}

static int configure(struct vt_ctx *ctx, const struct program *program)
{
	struct config config;
	uint8_t key[SECRET_KEY_SIZE];

	if (config_load(ctx, &config) < 0 || secret_key_load(ctx, config.key_file, key) < 0)
		return -1;
	program_configure(&config, key);
	secret_wipe(key, sizeof(key));
	if (template_init(ctx, config.share_directory, config.developer) < 0)
		return -1;
	wake_init(config.run_directory);
	ctx->db = db_new(config.database, program->name, program->session_options);
	return 0;
}

int program_run(const struct program *program)
{
	struct arena *arena = arena_new();
	struct vt_ctx ctx;
	int result = -1;

	log_init(program->name);
	secret_init();
	vt_ctx_init(&ctx, arena, program->name);
	if (prepare(&ctx, program) == 0 && configure(&ctx, program) == 0) {
		vt_ctx_reset(&ctx);
		result = accept_requests(&ctx, program);
	}
	if (result < 0)
		log_error(&ctx, "start");
	db_close(ctx.db);
	template_close();
	arena_free(arena);
	return result < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
