/*
 * A peer of the test's own on the loopback, one process per connection, that
 * answers by path and counts what reaches it; and a name service the test
 * decides: every name under .example is 127.0.0.1, as a hostile zone could
 * say, and those under slow.example take five seconds.
 */
#ifndef VT_UNIT_HTTP_PEER_H
#define VT_UNIT_HTTP_PEER_H

#include "unit.h"
#include "net/guard.h"

#include <arpa/inet.h>
#include <dlfcn.h>
#include <netdb.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/prctl.h>

struct http_peer {
	uint16_t port;
	pid_t pid;
	int ipv4, ipv6;
	struct { atomic_int connections, requests, landed; } *seen;   /* shared with it */
};

static struct http_peer peer;

__attribute__((visibility("default")))
int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints,
		struct addrinfo **found)
{
	union {
		void *symbol;
		int (*function)(const char *, const char *, const struct addrinfo *,
				struct addrinfo **);
	} real = { .symbol = dlsym(RTLD_NEXT, "getaddrinfo") };
	size_t length = name ? strlen(name) : 0;

	if (length > 8 && !strcmp(name + length - 8, ".example")) {
		if (strstr(name, "slow"))
			sleep(5);
		name = "127.0.0.1";
	}
	return real.function(name, service, hints, found);
}

static inline void peer_send(int fd, const char *data, size_t size)
{
	while (size) {
		ssize_t n = send(fd, data, size, MSG_NOSIGNAL);

		if (n <= 0)
			_exit(0);
		data += n;
		size -= (size_t)n;
	}
}

static inline void VT_PRINTF(2, 3) peer_printf(int fd, const char *fmt, ...)
{
	char text[8192];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	peer_send(fd, text, strlen(text));
}

/* The head of a request up to its empty line, and as much body as came with it. */
static inline ssize_t peer_read(int fd, char *request, size_t size)
{
	size_t used = 0;
	const char *length, *end;

	for (;;) {
		ssize_t n = recv(fd, request + used, size - 1 - used, 0);

		if (n <= 0)
			return -1;
		used += (size_t)n;
		request[used] = '\0';
		end = strstr(request, "\r\n\r\n");
		if (!end)
			continue;
		length = strcasestr(request, "\r\nContent-Length:");
		if (!length || used >= (size_t)(end + 4 - request) + strtoul(length + 17, NULL, 10))
			return (ssize_t)used;
	}
}

static inline void peer_answer_badly(int fd, const char *path)
{
	char block[1000];

	memset(block, 'x', sizeof(block));
	if (!strcmp(path, "/half"))
		peer_printf(fd, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
	else if (!strcmp(path, "/garbage"))
		peer_printf(fd, "SSH-2.0-OpenSSH_9.2\r\n");
	else if (!strcmp(path, "/length"))
		peer_printf(fd, "HTTP/1.1 200 OK\r\nContent-Length: 50000000\r\n\r\n");
	else if (!strcmp(path, "/endless") || !strcmp(path, "/endless-error"))
		peer_printf(fd, "HTTP/1.1 %s\r\n\r\n", strlen(path) > 8 ? "500 No" : "200 OK");
	else if (!strcmp(path, "/long-head"))
		peer_printf(fd, "HTTP/1.1 200 OK\r\n");
	if (!strncmp(path, "/endless", 8)) {
		for (;;)
			peer_send(fd, block, sizeof(block));
	}
	for (int i = 0; !strcmp(path, "/long-head"); i++)
		peer_printf(fd, "X-%d: %.*s\r\n", i, 500, block);
	if (!strcmp(path, "/close") || !strcmp(path, "/garbage"))
		_exit(0);
	for (;;)
		pause();
}

/* False when the path is for peer_answer_badly. */
static inline bool peer_answer(int fd, const char *path, const char *request)
{
	if (!strcmp(path, "/hello")) {
		peer_printf(fd, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n"
				"X-Name:  value with spaces \r\n\r\nhola");
	} else if (!strcmp(path, "/echo")) {
		peer_printf(fd, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n",
			    strlen(request));
		peer_send(fd, request, strlen(request));
	} else if (!strcmp(path, "/busy")) {
		peer_printf(fd, "HTTP/1.1 503 Busy\r\nRetry-After: 7\r\n"
				"Content-Length: 5\r\n\r\nlater");
	} else if (!strcmp(path, "/redirect")) {
		peer_printf(fd, "HTTP/1.1 302 Found\r\nContent-Length: 0\r\n"
				"Location: http://127.0.0.1:%d/landed\r\n\r\n", peer.port);
	} else if (!strcmp(path, "/many")) {
		peer_printf(fd, "HTTP/1.1 200 OK\r\n");
		for (int i = 0; i < 250; i++)
			peer_printf(fd, "X-%d: v\r\n", i);
		peer_printf(fd, "Content-Length: 0\r\n\r\n");
	} else if (!strcmp(path, "/later")) {
		usleep(300000);
		peer_printf(fd, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\ntarde");
	} else {
		return false;
	}
	return true;
}

static inline void peer_serve(int fd)
{
	static char request[2000000];
	char path[100];

	while (peer_read(fd, request, sizeof(request)) > 0) {
		peer.seen->requests++;
		if (sscanf(request, "%*s %99s", path) != 1)
			_exit(0);
		peer.seen->landed += !strcmp(path, "/landed");
		if (!peer_answer(fd, path, request))
			peer_answer_badly(fd, path);
	}
	_exit(0);
}

static inline void peer_accept(int listener)
{
	for (;;) {
		int fd = accept(listener, NULL, NULL);

		if (fd < 0)
			_exit(1);
		peer.seen->connections++;
		if (!fork()) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			peer_serve(fd);
		}
		close(fd);
	}
}

static inline int peer_listen(int family, const struct sockaddr *address, socklen_t size)
{
	int fd = socket(family, SOCK_STREAM, 0), yes = 1;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
	return bind(fd, address, size) || listen(fd, 100) ? -1 : fd;
}

/* Listens on 127.0.0.1 and, where there is IPv6, on the same port of ::1. */
static inline int peer_start(void **state)
{
	struct sockaddr_in ipv4 = { .sin_family = AF_INET };
	struct sockaddr_in6 ipv6 = { .sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT };
	socklen_t size = sizeof(ipv4);

	(void)state;
	peer.seen = mmap(NULL, sizeof(*peer.seen), PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ipv4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	peer.ipv4 = peer_listen(AF_INET, (struct sockaddr *)&ipv4, sizeof(ipv4));
	if (peer.ipv4 < 0 || getsockname(peer.ipv4, (struct sockaddr *)&ipv4, &size))
		return -1;
	ipv6.sin6_port = ipv4.sin_port;
	peer.port = ntohs(ipv4.sin_port);
	peer.ipv6 = peer_listen(AF_INET6, (struct sockaddr *)&ipv6, sizeof(ipv6));
	peer.pid = fork();
	if (peer.pid)
		return peer.pid > 0 ? 0 : -1;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGCHLD, SIG_IGN);
	if (peer.ipv6 >= 0 && !fork()) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		peer_accept(peer.ipv6);
	}
	peer_accept(peer.ipv4);
	_exit(0);
}

static inline int peer_stop(void **state)
{
	(void)state;
	kill(peer.pid, SIGKILL);
	waitpid(peer.pid, NULL, 0);
	close(peer.ipv4);
	if (peer.ipv6 >= 0)
		close(peer.ipv6);
	munmap(peer.seen, sizeof(*peer.seen));
	return 0;
}

static inline char *peer_url(struct vt_ctx *ctx, const char *path)
{
	return arena_printf(ctx->arena, "http://127.0.0.1:%d%s", peer.port, path);
}

/* A guard that lets requests to host through to the peer. */
static inline struct guard *peer_guard(struct vt_ctx *ctx, const char *host)
{
	struct guard *guard;

	assert_int_equal(guard_parse(ctx, arena_printf(ctx->arena, "%s:%d:127.0.0.0/8", host,
						       peer.port), &guard), 0);
	return guard;
}

#endif
