/*
 * A web server's side of FastCGI, for tests of what nginx never does: lying
 * about a body, leaving in the middle, asking a process that is on its way out.
 */
#ifndef VT_UNIT_FASTCGI_CLIENT_H
#define VT_UNIT_FASTCGI_CLIENT_H

#include "unit.h"
#include "base/strbuf.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

enum { FCGI_BEGIN = 1, FCGI_END = 3, FCGI_PARAMS = 4, FCGI_STDIN = 5, FCGI_STDOUT = 6 };

struct fcgi_answer {
	const char *text;          /* head and body, in ctx->arena */
	const char *body;          /* behind the empty line; NULL when there is none */
	size_t body_size;
	bool complete;             /* END_REQUEST came */
};

static inline struct sockaddr_un fcgi_address(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	return address;
}

static inline int fcgi_listen(const char *path)
{
	struct sockaddr_un address = fcgi_address(path);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(fd, 64), 0);
	return fd;
}

static inline int fcgi_connect(const char *path)
{
	struct sockaddr_un address = fcgi_address(path);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	return fd;
}

static inline void fcgi_record(struct strbuf *out, int type, const void *data, size_t size)
{
	const char header[8] = { 1, (char)type, 0, 1, (char)(size >> 8), (char)size, 0, 0 };

	strbuf_add(out, header, sizeof(header));
	strbuf_add(out, data, size);
}

static inline void fcgi_parameter(struct strbuf *out, const char *name, const char *value)
{
	assert_true(strlen(name) < 128 && strlen(value) < 128);
	strbuf_putc(out, (char)strlen(name));
	strbuf_putc(out, (char)strlen(value));
	strbuf_puts(out, name);
	strbuf_puts(out, value);
}

/* The head of a request; length: what CONTENT_LENGTH says. */
static inline void fcgi_begin(struct strbuf *out, struct arena *arena, const char *method,
			      const char *path, const char *type, size_t length)
{
	static const char responder[8] = { 0, 1, 1 };   /* keep the connection: as nginx asks */
	struct strbuf parameters;

	strbuf_init(&parameters, arena, 0);
	fcgi_parameter(&parameters, "REQUEST_METHOD", method);
	fcgi_parameter(&parameters, "DOCUMENT_URI", path);
	fcgi_parameter(&parameters, "REQUEST_URI", path);
	fcgi_parameter(&parameters, "QUERY_STRING", "secret=1");
	fcgi_parameter(&parameters, "CONTENT_TYPE", type);
	fcgi_parameter(&parameters, "CONTENT_LENGTH", arena_printf(arena, "%zu", length));
	fcgi_record(out, FCGI_BEGIN, responder, sizeof(responder));
	fcgi_record(out, FCGI_PARAMS, parameters.data, parameters.size);
	fcgi_record(out, FCGI_PARAMS, "", 0);
}

/* All of it, unless the other side has gone. */
static inline void fcgi_send(int fd, const void *data, size_t size)
{
	const char *at = data;

	while (size) {
		ssize_t sent = send(fd, at, size, MSG_NOSIGNAL);

		if (sent <= 0)
			return;
		at += sent;
		size -= (size_t)sent;
	}
}

static inline void fcgi_send_body(int fd, struct arena *arena, const char *body, size_t size)
{
	struct strbuf record;

	strbuf_init(&record, arena, 65536);
	for (size_t at = 0; at < size; at += 65528) {
		strbuf_truncate(&record, 0);
		fcgi_record(&record, FCGI_STDIN, body + at, size - at < 65528 ? size - at : 65528);
		fcgi_send(fd, record.data, record.size);
	}
	strbuf_truncate(&record, 0);
	fcgi_record(&record, FCGI_STDIN, "", 0);
	fcgi_send(fd, record.data, record.size);
}

/* What comes until the other side closes, or nothing comes for ten seconds. */
static inline struct strbuf fcgi_read_all(int fd, struct arena *arena)
{
	struct pollfd wait = { .fd = fd, .events = POLLIN };
	struct strbuf in;
	char piece[8192];
	ssize_t got;

	strbuf_init(&in, arena, 0);
	while (poll(&wait, 1, 10000) > 0 && (got = recv(fd, piece, sizeof(piece), 0)) > 0)
		strbuf_add(&in, piece, (size_t)got);
	return in;
}

static inline struct fcgi_answer fcgi_receive(int fd, struct arena *arena)
{
	struct strbuf in = fcgi_read_all(fd, arena), out;
	struct fcgi_answer answer = { 0 };

	strbuf_init(&out, arena, in.size);
	for (size_t at = 0; at + 8 <= in.size;) {
		const uint8_t *header = (const uint8_t *)in.data + at;
		size_t size = (size_t)(header[4] << 8 | header[5]);

		if (header[1] == FCGI_STDOUT)
			strbuf_add(&out, in.data + at + 8, size);
		answer.complete = header[1] == FCGI_END;
		at += 8 + size + header[6];
	}
	close(fd);
	answer.text = out.data;
	answer.body = strstr(out.data, "\r\n\r\n");
	if (answer.body) {
		answer.body += 4;
		answer.body_size = out.size - (size_t)(answer.body - out.data);
	}
	return answer;
}

#endif
