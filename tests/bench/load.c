/*
 * A load client that checks every answer: status and a mark in the body, so
 * that an error page never counts as speed. HTTP/1.1 keep-alive over one epoll
 * loop. Requests come from a file, one a line, tab-separated:
 *   METHOD  PATH  HEADERS ("Name: value|Name: value")  BODY
 * "{n}" anywhere becomes a number never used before in this run. Connection k
 * of C takes lines k, k+C, ... and begins again.
 *
 * load [-c connections] [-t seconds] [-r requests/s] [-s status] [-m mark] host:port FILE
 * prints one line: requests errors rps p50_ms p99_ms max_ms
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define ANSWER_MAX (512 * 1024)
#define REQUEST_MAX 16384

struct line { const char *method, *path, *headers, *body; };

struct client {
	int fd;
	size_t next_line;
	char request[REQUEST_MAX];
	size_t request_size, sent;
	char *answer;
	size_t received;
	int64_t started_us;
	bool busy;
};

static struct line *lines;
static size_t line_count;
static struct sockaddr_in address;
static const char *host_name, *mark = "";
static int wanted_status = 200;
static uint64_t counter, requests, errors;
static uint32_t *latencies;            /* us */
static size_t latency_count, latency_room;
static int poll_fd;
static int64_t *due;                   /* when each connection may send again, with -r */

static int64_t now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void fail(const char *what)
{
	fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void read_lines(const char *path)
{
	FILE *file = fopen(path, "r");
	char *text = NULL;
	size_t size = 0;

	if (!file)
		fail(path);
	while (getline(&text, &size, file) > 0) {
		text[strcspn(text, "\n")] = '\0';
		lines = realloc(lines, (line_count + 1) * sizeof(*lines));
		char *copy = strdup(text);
		struct line *line = &lines[line_count++];
		line->method = strsep(&copy, "\t");
		line->path = copy ? strsep(&copy, "\t") : "/";
		line->headers = copy ? strsep(&copy, "\t") : "";
		line->body = copy ? copy : "";
	}
	free(text);
	fclose(file);
	if (!line_count)
		fail("no requests");
}

/* Copy text with {n} replaced. */
static size_t expand(char *out, size_t room, const char *text)
{
	size_t used = 0;

	while (*text && used + 32 < room) {
		if (!strncmp(text, "{n}", 3)) {
			used += (size_t)snprintf(out + used, room - used, "%" PRIu64, counter);
			text += 3;
		} else {
			out[used++] = *text++;
		}
	}
	out[used] = '\0';
	return used;
}

static void build(struct client *client, size_t step)
{
	static char body[REQUEST_MAX / 2], path[2048], headers[4096];
	const struct line *line = &lines[client->next_line % line_count];

	client->next_line += step;
	counter++;
	size_t body_size = expand(body, sizeof(body), line->body);
	expand(path, sizeof(path), line->path);
	size_t used = expand(headers, sizeof(headers), line->headers);
	client->request_size = (size_t)snprintf(client->request, REQUEST_MAX, "%s %s HTTP/1.1\r\nHost: %s\r\n",
						line->method, path, host_name);
	char *out = client->request;
	for (size_t i = 0; i < used; i++) {
		if (headers[i] == '|') {
			memcpy(out + client->request_size, "\r\n", 2);
			client->request_size += 2;
		} else {
			out[client->request_size++] = headers[i];
		}
	}
	client->request_size += (size_t)snprintf(out + client->request_size, REQUEST_MAX - client->request_size,
						 "%s", used ? "\r\n" : "");
	if (body_size || !strcmp(line->method, "POST"))
		client->request_size += (size_t)snprintf(out + client->request_size,
			REQUEST_MAX - client->request_size, "Content-Length: %zu\r\n", body_size);
	client->request_size += (size_t)snprintf(out + client->request_size, REQUEST_MAX - client->request_size,
						 "\r\n%s", body);
	client->sent = client->received = 0;
	client->busy = true;
	client->started_us = now_us();
}

static void open_client(struct client *client)
{
	int one = 1;

	client->fd = socket(AF_INET, SOCK_STREAM, 0);
	if (client->fd < 0 || connect(client->fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		fail("connect");
	setsockopt(client->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	fcntl(client->fd, F_SETFL, O_NONBLOCK);
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = client };
	epoll_ctl(poll_fd, EPOLL_CTL_ADD, client->fd, &event);
}

static void send_request(struct client *client)
{
	while (client->sent < client->request_size) {
		ssize_t n = write(client->fd, client->request + client->sent,
				  client->request_size - client->sent);
		if (n < 0)
			return;
		client->sent += (size_t)n;
	}
}

/* Bytes of the whole answer once its head is there; 0: not yet. */
static size_t answer_size(const struct client *client)
{
	const char *end = memmem(client->answer, client->received, "\r\n\r\n", 4);

	if (!end)
		return 0;
	size_t head = (size_t)(end - client->answer) + 4;
	const char *length = strcasestr(client->answer, "\r\nContent-Length:");
	if (length && length < end)
		return head + strtoul(length + 17, NULL, 10);
	if (!strncmp(client->answer + 9, "204", 3) || !strncmp(client->answer + 9, "304", 3))
		return head;
	const char *last = client->received >= head + 5 ?
		memmem(client->answer + client->received - 5, 5, "0\r\n\r\n", 5) : NULL;
	return last ? client->received : 0;
}

static void finish(struct client *client, size_t size)
{
	int status = (int)strtol(client->answer + 9, NULL, 10);
	bool good = status == wanted_status && (!*mark || memmem(client->answer, size, mark, strlen(mark)));

	requests++;
	if (!good && errors++ == 0)
		fprintf(stderr, "load: first wrong answer: %.300s\n", client->answer);
	if (latency_count == latency_room) {
		latency_room = latency_room ? 2 * latency_room : 1 << 16;
		latencies = realloc(latencies, latency_room * sizeof(*latencies));
	}
	latencies[latency_count++] = (uint32_t)(now_us() - client->started_us);
	client->busy = false;
}

static bool receive(struct client *client)
{
	ssize_t n = read(client->fd, client->answer + client->received, ANSWER_MAX - 1 - client->received);

	if (n <= 0) {
		if (n < 0 && errno == EAGAIN)
			return false;
		if (client->busy) {
			errors++;
			requests++;
		}
		close(client->fd);
		client->busy = false;
		open_client(client);
		return true;
	}
	client->received += (size_t)n;
	client->answer[client->received] = '\0';
	size_t size = answer_size(client);
	if (!size || client->received < size)
		return false;
	bool last = memmem(client->answer, size, "\r\nConnection: close\r\n", 21) != NULL;
	finish(client, size);
	if (last) {
		close(client->fd);
		open_client(client);
	}
	return true;
}

static int by_size(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

static double percentile(double part)
{
	return latency_count ? latencies[(size_t)((double)(latency_count - 1) * part)] / 1000.0 : 0;
}

static void run(struct client *clients, size_t count, double seconds, double rate)
{
	int64_t start = now_us(), end = start + (int64_t)(seconds * 1e6);
	int64_t gap = rate > 0 ? (int64_t)(1e6 * (double)count / rate) : 0;

	for (size_t i = 0; i < count; i++)
		due[i] = start + (gap ? gap * (int64_t)i / (int64_t)count : 0);
	while (now_us() < end) {
		struct epoll_event events[256];
		int64_t now = now_us();
		for (size_t i = 0; i < count; i++) {
			if (clients[i].busy || due[i] > now)
				continue;
			build(&clients[i], count);
			if (gap) {
				clients[i].started_us = due[i];
				due[i] += gap;
			}
			send_request(&clients[i]);
		}
		int n = epoll_wait(poll_fd, events, 256, 1);
		for (int i = 0; i < n; i++)
			receive(events[i].data.ptr);
	}
	double took = (double)(now_us() - start) / 1e6;
	qsort(latencies, latency_count, sizeof(*latencies), by_size);
	printf("%" PRIu64 " %" PRIu64 " %.1f %.3f %.3f %.3f\n", requests, errors,
	       (double)(requests - errors) / took, percentile(.5), percentile(.99), percentile(1));
}

int main(int argc, char **argv)
{
	size_t count = 8;
	double seconds = 5, rate = 0;
	int option;

	while ((option = getopt(argc, argv, "c:t:r:s:m:")) != -1) {
		switch (option) {
		case 'c': count = strtoul(optarg, NULL, 10); break;
		case 't': seconds = strtod(optarg, NULL); break;
		case 'r': rate = strtod(optarg, NULL); break;
		case 's': wanted_status = (int)strtol(optarg, NULL, 10); break;
		case 'm': mark = optarg; break;
		default: return 2;
		}
	}
	if (optind != argc - 2)
		return 2;
	host_name = strdup(argv[optind]);
	char *colon = strchr(argv[optind], ':');
	address = (struct sockaddr_in){ .sin_family = AF_INET,
					.sin_port = htons((uint16_t)strtoul(colon + 1, NULL, 10)) };
	inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
	read_lines(argv[optind + 1]);
	counter = (uint64_t)now_us() * 1000;
	poll_fd = epoll_create1(0);
	struct client *clients = calloc(count, sizeof(*clients));
	due = calloc(count, sizeof(*due));
	for (size_t i = 0; i < count; i++) {
		clients[i].answer = malloc(ANSWER_MAX);
		clients[i].next_line = i;
		open_client(&clients[i]);
	}
	run(clients, count, seconds, rate);
	return errors ? 1 : 0;
}
