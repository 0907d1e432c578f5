#include "base/vt.h"
#include "base/clock.h"
#include "base/strbuf.h"
#include "net/curl-private.h"
#include "net/http.h"
#include "net/imap-private.h"
#include "net/smtp-private.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <poll.h>
#include <signal.h>
#include <strings.h>

#define URL_MAX_BYTES 8192
#define METHOD_MAX 16
#define HEADERS_MAX 100
#define HEADER_BYTES_MAX ((size_t)64 * 1024)

/* A request on its way. It owns its arena, where request and response lie. */
struct transfer {
	struct transfer *next;        /* in http_multi.finished */
	struct arena *arena;
	CURL *easy;
	CURLU *url;
	struct curl_slist *lines;
	const struct guard *guard;
	char *host;
	int64_t tag;
	int64_t started_us;
	size_t response_max;
	int (*sink)(void *sink_arg, const void *data, size_t size);
	void *sink_arg;
	size_t received;
	int (*body_at)(void *body_arg, size_t from, char *out, size_t size);
	void *body_arg;
	size_t body_size, body_sent;
	struct strbuf body;
	struct http_header *headers;
	size_t header_count;
	size_t header_bytes;
	bool refused;                 /* by the guard */
	bool begun;
	bool too_large;
	bool sink_failed;
	bool mail;                    /* by SMTP: smtp says the rest */
	struct smtp_transfer smtp;
	bool mailbox;                 /* by IMAP */
	char imap_told[IMAP_TOLD_MAX + 1];
	char refused_address[INET6_ADDRSTRLEN];
	CURLcode result;
};

struct http_multi {
	CURLM *curl;
	struct transfer **added;      /* under way or finished */
	size_t count;
	size_t room;
	struct transfer *finished, **finished_end;   /* in the order of their end */
};

void net_curl_start(void)
{
	static bool started;

	if (started)
		return;
	VT_BUG_ON(curl_global_init(CURL_GLOBAL_DEFAULT));
	/* a peer that hangs up under TLS must not end the program */
	VT_BUG_ON(signal(SIGPIPE, SIG_IGN) == SIG_ERR);
	VT_BUG_ON(atexit(curl_global_cleanup));
	started = true;
}

static void transfer_free(struct transfer *transfer)
{
	struct arena *arena = transfer->arena;

	curl_easy_cleanup(transfer->easy);
	curl_url_cleanup(transfer->url);
	curl_slist_free_all(transfer->lines);
	curl_slist_free_all(transfer->smtp.recipients);
	arena_free(arena);
}

/* --- what libcurl calls ---------------------------------------------------- */

static bool permitted(struct transfer *transfer, const struct sockaddr *address)
{
	const void *bytes;

	if (guard_permits(transfer->guard, transfer->host, address))
		return true;
	transfer->refused = true;
	if (address->sa_family == AF_INET6)
		bytes = &((const struct sockaddr_in6 *)(const void *)address)->sin6_addr;
	else
		bytes = &((const struct sockaddr_in *)(const void *)address)->sin_addr;
	inet_ntop(address->sa_family, bytes, transfer->refused_address,
		  sizeof(transfer->refused_address));
	return false;
}

static curl_socket_t on_open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *address)
{
	if (purpose != CURLSOCKTYPE_IPCXN || !permitted(arg, &address->addr))
		return CURL_SOCKET_BAD;
	return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/* Just before the request is written, on a new connection or a kept one, which
 * another request with another guard may have opened. */
static int on_request(void *arg, char *peer, char *local, int peer_port, int local_port)
{
	struct transfer *transfer = arg;
	struct sockaddr_in6 ipv6 = { .sin6_family = AF_INET6 };
	struct sockaddr_in ipv4 = { .sin_family = AF_INET };
	const struct sockaddr *address;

	(void)local;
	(void)local_port;
	ipv4.sin_port = ipv6.sin6_port = htons((uint16_t)peer_port);
	if (inet_pton(AF_INET, peer, &ipv4.sin_addr) == 1)
		address = (const struct sockaddr *)&ipv4;
	else if (inet_pton(AF_INET6, peer, &ipv6.sin6_addr) == 1)
		address = (const struct sockaddr *)&ipv6;
	else
		return CURL_PREREQFUNC_ABORT;
	if (!permitted(transfer, address))
		return CURL_PREREQFUNC_ABORT;
	transfer->begun = true;
	return CURL_PREREQFUNC_OK;
}

/* The next bytes of a body that is nowhere whole. */
static size_t on_upload(char *out, size_t unit, size_t count, void *arg)
{
	struct transfer *transfer = arg;
	size_t size = unit * count, left = transfer->body_size - transfer->body_sent;

	if (size > left)
		size = left;
	if (size && transfer->body_at(transfer->body_arg, transfer->body_sent, out, size) < 0)
		return CURL_READFUNC_ABORT;
	transfer->body_sent += size;
	return size;
}

/* A kept connection that ends under way may have carried it: libcurl would say it once more. */
static int on_rewind(void *arg, curl_off_t offset, int origin)
{
	return (void)arg, (void)offset, (void)origin, CURL_SEEKFUNC_FAIL;
}

static int from_memory(void *body, size_t from, char *out, size_t size)
{
	memcpy(out, (const char *)body + from, size);
	return 0;
}

static size_t on_body(char *data, size_t unit, size_t count, void *arg)
{
	struct transfer *transfer = arg;
	size_t size = unit * count, bound = transfer->response_max;
	long status = 0;
	bool sinks;

	curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
	sinks = transfer->sink && (transfer->mailbox || status / 100 == 2);
	if (!sinks && bound > HTTP_MEMORY_MAX)
		bound = HTTP_MEMORY_MAX;
	transfer->received += size;
	if (transfer->received > bound) {
		transfer->too_large = true;
		return 0;
	}
	if (!sinks) {
		strbuf_add(&transfer->body, data, size);
		return size;
	}
	transfer->sink_failed = transfer->sink(transfer->sink_arg, data, size) != 0;
	return transfer->sink_failed ? 0 : size;
}

static size_t on_header(char *data, size_t unit, size_t count, void *arg)
{
	struct transfer *transfer = arg;
	size_t size = unit * count, name, end = size;
	struct http_header *header;
	const char *colon;

	if (transfer->mailbox) {
		imap_line(transfer->imap_told, data, size);
		return size;
	}
	transfer->header_bytes += size;
	if (transfer->header_bytes > HEADER_BYTES_MAX) {
		transfer->too_large = true;
		return 0;
	}
	if (transfer->mail) {
		smtp_line(&transfer->smtp, data, size);
		return size;
	}
	if (size >= 5 && !memcmp(data, "HTTP/", 5))
		transfer->header_count = 0;   /* those of a 100 Continue do not count */
	colon = memchr(data, ':', size);
	if (!colon || transfer->header_count == HEADERS_MAX)
		return size;
	header = &transfer->headers[transfer->header_count++];
	name = (size_t)(colon - data);
	header->name = arena_strndup(transfer->arena, data, name);
	for (name++; name < size && strchr(" \t", data[name]); name++)
		;
	while (end > name && strchr(" \t\r\n", data[end - 1]))
		end--;
	header->value = arena_strndup(transfer->arena, data + name, end - name);
	return size;
}

/* --- setting up ------------------------------------------------------------- */

static int set_url(struct vt_ctx *ctx, struct transfer *transfer, const char *url)
{
	char *scheme = NULL, *host = NULL;
	bool known;

	transfer->url = curl_url();
	VT_BUG_ON(!transfer->url);
	if (!url || strlen(url) > URL_MAX_BYTES ||
	    curl_url_set(transfer->url, CURLUPART_URL, url, CURLU_DISALLOW_USER) ||
	    curl_url_get(transfer->url, CURLUPART_HOST, &host, 0))
		return vt_fail(ctx, VT_E_INVALID, "malformed URL");
	transfer->host = arena_strdup(transfer->arena, host);
	if (*host == '[')
		transfer->host = arena_strndup(transfer->arena, host + 1, strlen(host) - 2);
	curl_free(host);
	VT_BUG_ON(curl_url_get(transfer->url, CURLUPART_SCHEME, &scheme, 0));
	transfer->mail = !strcmp(scheme, "smtp") || !strcmp(scheme, "smtps");
	transfer->mailbox = !strcmp(scheme, "imap") || !strcmp(scheme, "imaps");
	known = transfer->mail || transfer->mailbox || !strcmp(scheme, "http") || !strcmp(scheme, "https");
	curl_free(scheme);
	if (!known)
		return vt_fail(ctx, VT_E_INVALID, "URL of a scheme other than http(s), smtp(s) and imap(s)");
	return 0;
}

static void add_line(struct transfer *transfer, const char *line)
{
	struct curl_slist *lines = curl_slist_append(transfer->lines, line);

	VT_BUG_ON(!lines);
	transfer->lines = lines;
}

static int set_headers(struct vt_ctx *ctx, struct transfer *transfer, const char *const *headers)
{
	for (; headers && *headers; headers++) {
		const char *colon = strchr(*headers, ':');

		if (!colon || colon == *headers || strpbrk(*headers, "\r\n"))
			return vt_fail(ctx, VT_E_INVALID, "malformed request header");
		add_line(transfer, *headers);
	}
	add_line(transfer, "Expect:");
	return 0;
}

#define SET(transfer, option, value) \
	VT_BUG_ON(curl_easy_setopt((transfer)->easy, option, value))

static int set_method(struct vt_ctx *ctx, struct transfer *transfer, const struct http_request *request)
{
	const char *method = request->method;

	if (!method)
		method = request->body || request->body_at ? "POST" : "GET";
	if (!*method || strlen(method) > METHOD_MAX ||
	    strspn(method, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != strlen(method))
		return vt_fail(ctx, VT_E_INVALID, "malformed request method");
	if (request->body_at || request->body_size) {
		transfer->body_at = request->body_at ? request->body_at : from_memory;
		transfer->body_arg = request->body_at ? request->body_arg : (void *)(uintptr_t)request->body;
		transfer->body_size = request->body_size;
		SET(transfer, CURLOPT_POST, 1L);
		SET(transfer, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body_size);
		SET(transfer, CURLOPT_READFUNCTION, on_upload);
		SET(transfer, CURLOPT_READDATA, transfer);
		SET(transfer, CURLOPT_SEEKFUNCTION, on_rewind);
		SET(transfer, CURLOPT_SEEKDATA, transfer);
	} else if (request->body || !strcmp(method, "POST")) {
		SET(transfer, CURLOPT_POSTFIELDS, "");
	}
	if (!strcmp(method, "HEAD"))
		SET(transfer, CURLOPT_NOBODY, 1L);
	else
		SET(transfer, CURLOPT_CUSTOMREQUEST, method);
	return 0;
}

static int set_kind(struct vt_ctx *ctx, struct transfer *transfer, const struct http_request *request)
{
	if (transfer->mail)
		return smtp_set(ctx, transfer->easy, request, &transfer->smtp);
	if (transfer->mailbox) {
		imap_set(transfer->easy, request);
		return 0;
	}
	return set_headers(ctx, transfer, request->headers) ? -1 : set_method(ctx, transfer, request);
}

static void set_bounds(struct transfer *transfer, const struct http_request *request)
{
	int timeout = request->timeout_ms ? request->timeout_ms : HTTP_TIMEOUT_MS;
	int connect = request->connect_timeout_ms ? request->connect_timeout_ms : HTTP_CONNECT_TIMEOUT_MS;

	transfer->response_max = request->response_max ? request->response_max : HTTP_RESPONSE_MAX;
	SET(transfer, CURLOPT_TIMEOUT_MS, (long)timeout);
	SET(transfer, CURLOPT_CONNECTTIMEOUT_MS, (long)connect);
	SET(transfer, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)transfer->response_max);
}

static void set_authorities(struct transfer *transfer, const struct http_request *request)
{
	const char *pem = request->ca_pem;

	if (request->ca_file)
		SET(transfer, CURLOPT_CAINFO, request->ca_file);
	if (pem && *pem) {
		struct curl_blob blob = {
			.data = arena_strdup(transfer->arena, pem), .len = strlen(pem),
			.flags = CURL_BLOB_NOCOPY,
		};
		SET(transfer, CURLOPT_CAINFO_BLOB, &blob);
	}
}

static void set_policy(struct transfer *transfer)
{
	SET(transfer, CURLOPT_NOSIGNAL, 1L);
	/* no waiting for a name server past the time-out */
	SET(transfer, CURLOPT_QUICK_EXIT, 1L);
	SET(transfer, CURLOPT_PROTOCOLS_STR, transfer->mail ? "smtp,smtps" : transfer->mailbox ? "imap,imaps" : "http,https");
	SET(transfer, CURLOPT_FOLLOWLOCATION, 0L);
	SET(transfer, CURLOPT_PROXY, "");
	SET(transfer, CURLOPT_NOPROXY, "*");
	SET(transfer, CURLOPT_SSL_VERIFYPEER, 1L);
	SET(transfer, CURLOPT_SSL_VERIFYHOST, 2L);
	SET(transfer, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	SET(transfer, CURLOPT_USERAGENT, "Ventanilla");
	SET(transfer, CURLOPT_CURLU, transfer->url);
	SET(transfer, CURLOPT_HTTPHEADER, transfer->lines);
	SET(transfer, CURLOPT_PRIVATE, transfer);
	SET(transfer, CURLOPT_OPENSOCKETFUNCTION, on_open_socket);
	SET(transfer, CURLOPT_OPENSOCKETDATA, transfer);
	SET(transfer, CURLOPT_PREREQFUNCTION, on_request);
	SET(transfer, CURLOPT_PREREQDATA, transfer);
	SET(transfer, CURLOPT_WRITEFUNCTION, on_body);
	SET(transfer, CURLOPT_WRITEDATA, transfer);
	SET(transfer, CURLOPT_HEADERFUNCTION, on_header);
	SET(transfer, CURLOPT_HEADERDATA, transfer);
}

/* NULL with the reason raised. The body stays the caller's. */
static struct transfer *transfer_new(struct vt_ctx *ctx, const struct http_request *request)
{
	struct arena *arena = arena_new();
	struct transfer *transfer = arena_alloc(arena, sizeof(*transfer));

	net_curl_start();
	transfer->arena = arena;
	transfer->guard = request->guard;
	transfer->sink = request->sink;
	transfer->sink_arg = request->sink_arg;
	VT_BUG_ON(!request->sink && request->response_max > HTTP_MEMORY_MAX);
	transfer->started_us = clock_monotonic_us();
	transfer->headers = arena_calloc(arena, HEADERS_MAX, sizeof(*transfer->headers));
	strbuf_init(&transfer->body, arena, 0);
	transfer->easy = curl_easy_init();
	VT_BUG_ON(!transfer->easy);
	if (set_url(ctx, transfer, request->url) || set_kind(ctx, transfer, request)) {
		transfer_free(transfer);
		return NULL;
	}
	set_bounds(transfer, request);
	set_authorities(transfer, request);
	set_policy(transfer);
	return transfer;
}

/* --- what came of it --------------------------------------------------------- */

/* Raise what went wrong, in our words. */
static int transfer_fail(struct vt_ctx *ctx, const struct transfer *transfer)
{
	const char *host = transfer->host, *why = curl_easy_strerror(transfer->result);

	if (transfer->refused)
		return vt_fail_key(ctx, VT_E_FORBIDDEN, "error.http.address",
				   "%s is at %s, which is not allowed", host,
				   transfer->refused_address);
	if (transfer->too_large || transfer->result == CURLE_FILESIZE_EXCEEDED)
		return vt_fail(ctx, VT_E_TOO_LARGE, "answer of %s is over %zu bytes", host,
			       transfer->response_max);
	if (transfer->sink_failed)
		return vt_fail(ctx, VT_E_UNAVAILABLE, "answer of %s could not be stored", host);
	switch ((int)transfer->result) {
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_CONNECT:
	case CURLE_OPERATION_TIMEDOUT:
	case CURLE_GOT_NOTHING:
	case CURLE_SEND_ERROR:
	case CURLE_RECV_ERROR:
		return vt_fail(ctx, VT_E_UNAVAILABLE, "%s: %s", host, why);
	default:
		return vt_fail(ctx, VT_E_PROVIDER, "%s: %s", host, why);
	}
}

static void release_arena(void *arena)
{
	arena_free(arena);
}

/* Fill response, which from now on lives with ctx->arena; the transfer ends. */
static int transfer_finish(struct vt_ctx *ctx, struct transfer *transfer,
			   struct http_response *response)
{
	int refusal = 0, result = 0;
	long status = 0;

	curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
	if (transfer->mail && !transfer->refused)
		refusal = smtp_refusal(transfer->result, status);
	else if (transfer->mailbox && !transfer->refused && !transfer->too_large && !transfer->sink_failed)
		refusal = transfer->result ? imap_refusal(transfer->result) : 200;
	if (transfer->result && !refusal)
		result = transfer_fail(ctx, transfer);
	if (transfer->mail)
		strbuf_puts(&transfer->body, transfer->smtp.answer);
	if (transfer->mailbox && refusal > 200) {
		strbuf_truncate(&transfer->body, 0);
		strbuf_puts(&transfer->body, transfer->imap_told);
	}
	response->status = refusal ? refusal : (int)status;
	response->headers = transfer->headers;
	response->header_count = transfer->header_count;
	response->body = transfer->body.data;
	response->body_size = transfer->body.size;
	response->begun = transfer->begun;
	response->duration_us = clock_monotonic_us() - transfer->started_us;

	curl_easy_cleanup(transfer->easy);
	curl_url_cleanup(transfer->url);
	curl_slist_free_all(transfer->lines);
	curl_slist_free_all(transfer->smtp.recipients);
	arena_defer(ctx->arena, release_arena, transfer->arena);
	return result;
}

const char *http_header(const struct http_response *response, const char *name)
{
	for (size_t i = 0; i < response->header_count; i++) {
		if (!strcasecmp(response->headers[i].name, name))
			return response->headers[i].value;
	}
	return "";
}

int http_request(struct vt_ctx *ctx, const struct http_request *request,
		 struct http_response *response)
{
	struct transfer *transfer = transfer_new(ctx, request);

	memset(response, 0, sizeof(*response));
	response->body = "";
	if (!transfer)
		return -1;
	transfer->result = curl_easy_perform(transfer->easy);
	return transfer_finish(ctx, transfer, response);
}

/* --- many at once -------------------------------------------------------------- */

struct http_multi *http_multi_new(void)
{
	struct http_multi *multi = calloc(1, sizeof(*multi));

	VT_BUG_ON(!multi);
	multi->finished_end = &multi->finished;
	net_curl_start();
	multi->curl = curl_multi_init();
	VT_BUG_ON(!multi->curl);
	return multi;
}

void http_multi_free(struct http_multi *multi)
{
	if (!multi)
		return;
	for (size_t i = 0; i < multi->count; i++) {
		curl_multi_remove_handle(multi->curl, multi->added[i]->easy);
		transfer_free(multi->added[i]);
	}
	curl_multi_cleanup(multi->curl);
	free(multi->added);
	free(multi);
}

int http_multi_add(struct vt_ctx *ctx, struct http_multi *multi,
		   const struct http_request *request, int64_t tag)
{
	struct transfer *transfer;

	if (!request->body_at && request->body_size > (request->body_lives ? HTTP_BODY_MAX : HTTP_MEMORY_MAX))
		return vt_fail(ctx, VT_E_TOO_LARGE, "request body of %zu bytes",
			       request->body_size);
	transfer = transfer_new(ctx, request);
	if (!transfer)
		return -1;
	if (request->body && !request->body_lives) {
		void *body = arena_memdup(transfer->arena, request->body, request->body_size);
		if (transfer->mail)
			transfer->smtp.body = body;
		else
			transfer->body_arg = body;
	}
	transfer->tag = tag;
	if (multi->count == multi->room) {
		multi->room = multi->room ? multi->room * 2 : 16;
		multi->added = realloc(multi->added, multi->room * sizeof(*multi->added));
		VT_BUG_ON(!multi->added);
	}
	multi->added[multi->count++] = transfer;
	VT_BUG_ON(curl_multi_add_handle(multi->curl, transfer->easy));
	return 0;
}

size_t http_multi_count(const struct http_multi *multi)
{
	return multi->count;
}

/* Let libcurl work and append what it finished to the list. */
static void perform(struct http_multi *multi)
{
	struct CURLMsg *message;
	int running, left;

	VT_BUG_ON(curl_multi_perform(multi->curl, &running));
	while ((message = curl_multi_info_read(multi->curl, &left))) {
		struct transfer *transfer;
		CURLcode result = message->data.result;
		CURL *easy = message->easy_handle;

		if (message->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(easy, CURLINFO_PRIVATE, &transfer);
		curl_multi_remove_handle(multi->curl, easy);
		transfer->result = result;
		*multi->finished_end = transfer;
		multi->finished_end = &transfer->next;
	}
}

void http_multi_poll(struct http_multi *multi, int fd, int timeout_ms, bool *fd_ready)
{
	struct curl_waitfd extra = { .fd = fd, .events = CURL_WAIT_POLLIN };
	struct pollfd now = { .fd = fd, .events = POLLIN };

	perform(multi);
	if (multi->finished)
		timeout_ms = 0;
	curl_multi_poll(multi->curl, &extra, fd >= 0, timeout_ms, NULL);
	perform(multi);
	if (fd_ready)
		*fd_ready = fd >= 0 && poll(&now, 1, 0) > 0;
}

bool http_multi_take(struct vt_ctx *ctx, struct http_multi *multi, struct http_result *result)
{
	struct transfer *transfer = multi->finished;
	struct vt_error before = ctx->error;
	size_t i = 0;

	if (!transfer)
		return false;
	multi->finished = transfer->next;
	if (!multi->finished)
		multi->finished_end = &multi->finished;
	while (multi->added[i] != transfer)
		i++;
	multi->added[i] = multi->added[--multi->count];
	result->tag = transfer->tag;
	vt_error_clear(ctx);
	transfer_finish(ctx, transfer, &result->response);
	result->error = ctx->error;
	ctx->error = before;
	return true;
}
