#include "base/vt.h"
#include "base/clock.h"
#include "net/clamd.h"
#include "net/curl-private.h"
#include "base/id.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <curl/curl.h>
#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define PIECE_SIZE ((size_t)64 * 1024)
#define REPLY_MAX 1024
#define SET(easy, option, value) VT_BUG_ON(curl_easy_setopt(easy, option, value))

static const char stream_command[] = "zINSTREAM";
static const char ping_command[] = "zPING";

struct clamd {
	CURL *easy;
	const struct clamd_address *address;
	bool refused;                      /* by the guard */
	int socket;
	int64_t ends_us;
	bool asks;                         /* only whether it is there */
	struct clamd_bytes bytes;
	int64_t offset;                    /* bytes that are in pieces by now */
	bool ended;                        /* the empty piece that ends them too */
	char piece[sizeof(uint32_t) + PIECE_SIZE];
	size_t piece_size, piece_sent;
	char reply[REPLY_MAX];
	size_t reply_size;
	char text[CLAMD_TEXT_MAX + 1];
};

/* --- where it is ----------------------------------------------------------- */

static int not_an_address(struct vt_ctx *ctx)
{
	vt_error_clear(ctx);
	return vt_fail_key(ctx, VT_E_INVALID, "error.antivirus.address", "neither a socket's path nor host:port:CIDR");
}

/* host, or [host] of IPv6, and port of what the guard has taken as an entry. */
static int split(struct vt_ctx *ctx, const char *text, struct clamd_address *out)
{
	bool bracket = *text == '[';
	const char *end = strchr(text, bracket ? ']' : ':');
	const char *port = end ? end + 1 + bracket : "";

	if (!end || id_parse(arena_strndup(ctx->arena, port, strcspn(port, ":")), 1, 65535, &out->port) < 0)
		return not_an_address(ctx);
	out->host = arena_strndup(ctx->arena, text + bracket, (size_t)(end - text) - bracket);
	return 0;
}

int clamd_address_read(struct vt_ctx *ctx, const char *text, struct clamd_address *out)
{
	*out = (struct clamd_address){ 0 };
	if (*text == '/') {
		if (strlen(text) >= sizeof(((struct sockaddr_un *)0)->sun_path))
			return not_an_address(ctx);
		out->path = arena_strdup(ctx->arena, text);
		return 0;
	}
	if (strpbrk(text, ", \t\r\n") || guard_parse(ctx, text, &out->guard) < 0)
		return not_an_address(ctx);
	return split(ctx, text, out);
}

/* --- there ------------------------------------------------------------------ */

static curl_socket_t on_open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct clamd *clamd = arg;
	bool local = clamd->address->path && address->family == AF_UNIX;

	if (purpose != CURLSOCKTYPE_IPCXN ||
	    (!local && !guard_permits(clamd->address->guard, clamd->address->host, &address->addr))) {
		clamd->refused = true;
		return CURL_SOCKET_BAD;
	}
	return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

static void set_options(struct vt_ctx *ctx, struct clamd *clamd)
{
	const struct clamd_address *address = clamd->address;
	bool ipv6 = address->host && strchr(address->host, ':');

	SET(clamd->easy, CURLOPT_URL, address->path ? "http://localhost/" : arena_printf(ctx->arena,
		ipv6 ? "http://[%s]:%" PRId64 : "http://%s:%" PRId64, address->host, address->port));
	if (address->path)
		SET(clamd->easy, CURLOPT_UNIX_SOCKET_PATH, address->path);
	SET(clamd->easy, CURLOPT_CONNECT_ONLY, 1L);
	SET(clamd->easy, CURLOPT_NOPROXY, "*");
	SET(clamd->easy, CURLOPT_NOSIGNAL, 1L);
	SET(clamd->easy, CURLOPT_TIMEOUT_MS, (long)CLAMD_CONNECT_MS);
	SET(clamd->easy, CURLOPT_OPENSOCKETFUNCTION, on_open_socket);
	SET(clamd->easy, CURLOPT_OPENSOCKETDATA, clamd);
}

/* libcurl knows how to find and reach it in bounded time; what follows is not HTTP. */
static int reach(struct vt_ctx *ctx, struct clamd *clamd)
{
	curl_socket_t connected = CURL_SOCKET_BAD;

	set_options(ctx, clamd);
	CURLcode result = curl_easy_perform(clamd->easy);
	if (clamd->refused)
		return vt_fail(ctx, VT_E_UNAVAILABLE, "an address that is not permitted");
	if (result != CURLE_OK)
		return vt_fail(ctx, VT_E_UNAVAILABLE, "%s", curl_easy_strerror(result));
	if (curl_easy_getinfo(clamd->easy, CURLINFO_ACTIVESOCKET, &connected) || connected == CURL_SOCKET_BAD)
		return vt_fail(ctx, VT_E_UNAVAILABLE, "it hung up at once");
	clamd->socket = connected;
	return 0;
}

int clamd_begin(struct vt_ctx *ctx, const struct clamd_address *address, const struct clamd_bytes *bytes,
		int64_t ends_us, struct clamd **out)
{
	struct clamd *clamd = calloc(1, sizeof(*clamd));
	const char *command = bytes ? stream_command : ping_command;

	VT_BUG_ON(!clamd);
	net_curl_start();
	clamd->easy = curl_easy_init();
	VT_BUG_ON(!clamd->easy);
	clamd->address = address;
	clamd->ends_us = ends_us;
	clamd->asks = !bytes;
	if (bytes)
		clamd->bytes = *bytes;
	if (reach(ctx, clamd) < 0) {
		clamd_end(clamd);
		return -1;
	}
	clamd->piece_size = strlen(command) + 1;
	memcpy(clamd->piece, command, clamd->piece_size);
	*out = clamd;
	return 0;
}

void clamd_end(struct clamd *clamd)
{
	if (!clamd)
		return;
	curl_easy_cleanup(clamd->easy);
	free(clamd);
}

/* --- the exchange ------------------------------------------------------------ */

static enum clamd_state failed(struct clamd *clamd, const char *why)
{
	snprintf(clamd->text, sizeof(clamd->text), "%s", why);
	return CLAMD_FAILED;
}

static bool ends_with(char *text, const char *end)
{
	size_t size = strlen(text), end_size = strlen(end);

	if (size < end_size || strcmp(text + size - end_size, end) != 0)
		return false;
	text[size - end_size] = '\0';
	return true;
}

static enum clamd_state judge(struct clamd *clamd)
{
	char *said = clamd->reply;

	for (char *c = said; *c; c++) {
		if (!isprint((unsigned char)*c))
			*c = '?';
	}
	if (!strncmp(said, "stream: ", 8))
		said += 8;
	if (clamd->asks)
		return !strcmp(said, "PONG") ? CLAMD_PONG : failed(clamd, "it is no clamd");
	if (!strcmp(said, "OK"))
		return clamd->ended && !clamd->piece_size ? CLAMD_CLEAN : failed(clamd, "it answered before it had all");
	if (strstr(said, "size limit exceeded"))
		return CLAMD_TOO_LARGE;
	bool found = ends_with(said, " FOUND") && *said;
	snprintf(clamd->text, sizeof(clamd->text), "%.*s", CLAMD_TEXT_MAX, said);
	return found ? CLAMD_FOUND : CLAMD_FAILED;
}

/* An answer ends with NUL, or with the connection. */
static enum clamd_state hear(struct clamd *clamd)
{
	for (;;) {
		size_t room = sizeof(clamd->reply) - 1 - clamd->reply_size;
		ssize_t got = recv(clamd->socket, clamd->reply + clamd->reply_size, room, MSG_DONTWAIT);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return CLAMD_ON_ITS_WAY;
		if (got <= 0 && !clamd->reply_size)
			return failed(clamd, "it hung up");
		if (got <= 0 || memchr(clamd->reply + clamd->reply_size, '\0', (size_t)got))
			return judge(clamd);
		clamd->reply_size += (size_t)got;
		if (clamd->reply_size == sizeof(clamd->reply) - 1)
			return failed(clamd, "its answer has no end");
	}
}

/* The next piece: its size in network order, and the bytes; an empty one is the end. */
static bool fill(struct clamd *clamd)
{
	int64_t left = clamd->bytes.size - clamd->offset;
	size_t size = left < (int64_t)PIECE_SIZE ? (size_t)left : PIECE_SIZE;
	uint32_t announced = htonl((uint32_t)size);
	ssize_t got = (ssize_t)size;

	if (size && clamd->bytes.fd >= 0)
		got = pread(clamd->bytes.fd, clamd->piece + sizeof(announced), size, clamd->offset);
	else if (size)
		memcpy(clamd->piece + sizeof(announced), clamd->bytes.data + clamd->offset, size);
	if (got != (ssize_t)size)
		return false;
	memcpy(clamd->piece, &announced, sizeof(announced));
	clamd->piece_size = sizeof(announced) + size;
	clamd->piece_sent = 0;
	clamd->offset += (int64_t)size;
	clamd->ended = !size;
	return true;
}

static bool all_sent(const struct clamd *clamd)
{
	return !clamd->piece_size && (clamd->asks || clamd->ended);
}

/* It may have answered, and gone, before it had everything. */
static enum clamd_state broken(struct clamd *clamd)
{
	enum clamd_state heard = hear(clamd);

	return heard == CLAMD_ON_ITS_WAY ? failed(clamd, "the connection broke") : heard;
}

static enum clamd_state say(struct clamd *clamd)
{
	while (!all_sent(clamd)) {
		if (!clamd->piece_size && !fill(clamd))
			return failed(clamd, "the file is gone or shorter than its row says");
		ssize_t sent = send(clamd->socket, clamd->piece + clamd->piece_sent, clamd->piece_size - clamd->piece_sent,
				    MSG_DONTWAIT | MSG_NOSIGNAL);
		if (sent < 0 && errno == EINTR)
			continue;
		if (sent < 0)
			return errno == EAGAIN || errno == EWOULDBLOCK ? CLAMD_ON_ITS_WAY : broken(clamd);
		clamd->piece_sent += (size_t)sent;
		if (clamd->piece_sent == clamd->piece_size)
			clamd->piece_size = clamd->piece_sent = 0;
	}
	return CLAMD_ON_ITS_WAY;
}

enum clamd_state clamd_step(struct clamd *clamd)
{
	enum clamd_state state = hear(clamd);

	if (state == CLAMD_ON_ITS_WAY)
		state = say(clamd);
	if (state == CLAMD_ON_ITS_WAY)
		state = hear(clamd);
	if (state == CLAMD_ON_ITS_WAY && clock_monotonic_us() > clamd->ends_us)
		return failed(clamd, "no answer in time");
	return state;
}

int clamd_socket(const struct clamd *clamd, short *events)
{
	*events = all_sent(clamd) ? POLLIN : POLLIN | POLLOUT;
	return clamd->socket;
}

const char *clamd_text(const struct clamd *clamd)
{
	return clamd->text;
}
