/* Mail through the client of http.h, with aiosmtpd as the server. */
#include "http_peer.h"
#include "net/http.h"
#include "net/smtp-private.h"

#include <fcntl.h>

#define MAIL "From: <a@agencia.example>\r\nTo: <ana@ejemplo.example>\r\nSubject: Hola\r\n\r\nuno\r\n.\r\n..dos\r\n"

static char folder[] = "/tmp/ventanilla-smtp-XXXXXX";
static char certificate[64], private_key[64];
static struct { pid_t pid; int port, output; } servers[2];   /* without TLS; STARTTLS and a password */

static int run(const char *const *arguments)
{
	int status;
	pid_t child = fork();

	if (!child) {
		dup2(open("/dev/null", O_WRONLY), STDERR_FILENO);
		execvp(arguments[0], (char *const *)(uintptr_t)arguments);
		_exit(127);
	}
	return child < 0 || waitpid(child, &status, 0) < 0 || status ? -1 : 0;
}

static int free_port(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (bind(fd, (struct sockaddr *)&address, size) || getsockname(fd, (struct sockaddr *)&address, &size))
		return -1;
	close(fd);
	return ntohs(address.sin_port);
}

static bool answers(int port)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
		.sin_port = htons((uint16_t)port) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	bool connected = connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0;

	close(fd);
	return connected;
}

static int start(size_t which, const char *mode)
{
	const char *root = getenv("srcdir") ? getenv("srcdir") : ".";
	char port[8], script[500];
	int ends[2], waited = 0;

	servers[which].port = free_port();
	snprintf(port, sizeof(port), "%d", servers[which].port);
	snprintf(script, sizeof(script), "%s/tests/support/smtp.py", root);
	if (servers[which].port < 0 || pipe(ends))
		return -1;
	servers[which].pid = fork();
	if (!servers[which].pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		dup2(ends[1], STDOUT_FILENO);
		if (!strcmp(mode, "plain"))
			execl("/usr/bin/python3", "python3", "-u", script, port, mode, (char *)NULL);
		else
			execl("/usr/bin/python3", "python3", "-u", script, port, mode, certificate, private_key,
			      "casilla", "clave", (char *)NULL);
		_exit(127);
	}
	close(ends[1]);
	servers[which].output = ends[0];
	while (!answers(servers[which].port) && waited++ < 600)
		usleep(50000);
	return waited < 600 ? 0 : -1;
}

static int start_servers(void **state)
{
	const char *const make[] = {
		"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
		"-days", "2", "-subj", "/CN=peer", "-addext", "subjectAltName=DNS:peer.example", "-keyout", private_key,
		"-out", certificate, NULL,
	};

	(void)state;
	if (!mkdtemp(folder))
		return -1;
	snprintf(certificate, sizeof(certificate), "%s/certificate.pem", folder);
	snprintf(private_key, sizeof(private_key), "%s/key.pem", folder);
	return run(make) || start(0, "plain") || start(1, "starttls") ? -1 : 0;
}

static int stop_servers(void **state)
{
	(void)state;
	for (size_t i = 0; i < VT_COUNT(servers); i++) {
		kill(servers[i].pid, SIGKILL);
		waitpid(servers[i].pid, NULL, 0);
		close(servers[i].output);
	}
	unlink(certificate);
	unlink(private_key);
	return rmdir(folder);
}

static struct http_request mail_to(struct vt_ctx *ctx, size_t which, const char *to)
{
	const char **recipients = arena_calloc(ctx->arena, 2, sizeof(*recipients));
	struct guard *guard;

	recipients[0] = to;
	assert_int_equal(guard_parse(ctx, arena_printf(ctx->arena, "peer.example:%d:127.0.0.0/8", servers[which].port),
				     &guard), 0);
	return (struct http_request){
		.url = arena_printf(ctx->arena, "smtp://peer.example:%d", servers[which].port), .guard = guard,
		.mail_from = "a@agencia.example", .mail_to = recipients, .body = MAIL, .body_size = strlen(MAIL),
	};
}

/* What the server took, to the end of the mail. */
static const char *taken(struct vt_ctx *ctx, size_t which)
{
	char *text = arena_alloc(ctx->arena, 65536);
	size_t size = 0;
	ssize_t n;

	while (size < 65535 && !strstr(text, "END MESSAGE") &&
	       (n = read(servers[which].output, text + size, 65535 - size)) > 0)
		size += (size_t)n;
	return text;
}

static void a_mail_arrives_as_it_was_written(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	const struct http_request request = mail_to(ctx, 0, "ana@ejemplo.example");
	struct http_response response;

	assert_int_equal(http_request(ctx, &request, &response), 0);
	assert_int_equal(response.status, 250);
	assert_true(response.begun);
	assert_non_null(strstr(taken(ctx, 0), "Subject: Hola\r\n\r\nuno\r\n.\r\n..dos\r\n"));
}

static void many_go_at_once_on_kept_connections(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	const struct http_request request = mail_to(ctx, 0, "ana@ejemplo.example");
	struct http_multi *multi = http_multi_new();
	struct http_result result;
	int sent = 0;

	for (int i = 0; i < 3; i++)
		assert_int_equal(http_multi_add(ctx, multi, &request, i), 0);
	while (http_multi_count(multi)) {
		http_multi_poll(multi, -1, 1000, NULL);
		while (http_multi_take(ctx, multi, &result))
			sent += result.error.code == VT_OK && result.response.status == 250;
	}
	http_multi_free(multi);
	assert_int_equal(sent, 3);
}

static void a_refusal_is_an_answer_in_the_servers_own_words(void **state)
{
	static const struct { const char *to; int status; const char *words; } all[] = {
		{ "nadie@ejemplo.example", 550, "550 5.1.1 User unknown" },
		{ "lleno@ejemplo.example", 452, "452 4.2.2 Mailbox full" },
	};
	struct vt_ctx *ctx = unit_ctx(state);
	struct http_response response;

	for (size_t i = 0; i < VT_COUNT(all); i++) {
		const struct http_request request = mail_to(ctx, 0, all[i].to);
		assert_int_equal(http_request(ctx, &request, &response), 0);
		assert_int_equal(response.status, all[i].status);
		assert_string_equal(response.body, all[i].words);
	}
}

static void a_password_goes_under_verified_tls_only(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct http_request request = mail_to(ctx, 1, "ana@ejemplo.example");
	struct http_response response;

	request.user = "casilla";
	request.password = "clave";
	assert_int_equal(http_request(ctx, &request, &response), -1);   /* nobody vouches for it */
	assert_int_equal(ctx->error.code, VT_E_PROVIDER);
	assert_false(response.begun);
	vt_error_clear(ctx);
	request.ca_file = certificate;
	assert_int_equal(http_request(ctx, &request, &response), 0);
	assert_int_equal(response.status, 250);
	request = mail_to(ctx, 0, "ana@ejemplo.example");               /* that one has no TLS */
	request.user = "casilla";
	request.password = "clave";
	assert_int_equal(http_request(ctx, &request, &response), -1);
	assert_int_equal(ctx->error.code, VT_E_PROVIDER);
	assert_false(response.begun);
}

static void a_wrong_password_is_an_answer(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct http_request request = mail_to(ctx, 1, "ana@ejemplo.example");
	struct http_response response;

	request.user = "casilla";
	request.password = "otra";
	request.ca_file = certificate;
	assert_int_equal(http_request(ctx, &request, &response), 0);
	assert_int_equal(response.status, 535);
	assert_false(response.begun);
}

static void without_recipients_it_only_logs_in(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct http_request request = mail_to(ctx, 1, "ana@ejemplo.example");
	struct http_response response;

	request.user = "casilla";
	request.password = "clave";
	request.ca_file = certificate;
	request.mail_to = NULL;
	request.body = NULL;
	assert_int_equal(http_request(ctx, &request, &response), 0);
	assert_int_equal(response.status, 250);
}

static void a_mail_to_nobody_is_not_taken_for_sent(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct http_request request = mail_to(ctx, 0, "ana@ejemplo.example");
	struct http_response response;

	request.mail_to = NULL;
	assert_int_equal(http_request(ctx, &request, &response), -1);
	assert_int_equal(ctx->error.code, VT_E_INVALID);
}

static void what_could_be_more_than_an_address_is_refused(void **state)
{
	static const char *const all[] = { "a@b.example>\r\nRCPT TO:<c@d.example", "a b@c.example", "" };
	struct vt_ctx *ctx = unit_ctx(state);
	struct http_response response;

	for (size_t i = 0; i < VT_COUNT(all); i++) {
		const struct http_request request = mail_to(ctx, 0, all[i]);
		assert_int_equal(http_request(ctx, &request, &response), -1);
		assert_int_equal(ctx->error.code, VT_E_INVALID);
		vt_error_clear(ctx);
	}
}

static void an_inner_server_is_not_reached_without_permission(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct http_request request = mail_to(ctx, 0, "ana@ejemplo.example");
	struct http_response response;

	request.guard = NULL;
	assert_int_equal(http_request(ctx, &request, &response), -1);
	assert_int_equal(ctx->error.code, VT_E_FORBIDDEN);
}

/* Whatever number a server gives to it: the address would be blamed for it, or the mail. */
static void a_log_in_that_is_refused_is_never_taken_for_a_refused_mail(void **state)
{
	(void)state;
	assert_int_equal(smtp_refusal(CURLE_LOGIN_DENIED, 535), 535);
	assert_int_equal(smtp_refusal(CURLE_LOGIN_DENIED, 500), 535);
	assert_int_equal(smtp_refusal(CURLE_LOGIN_DENIED, 0), 535);
	assert_int_equal(smtp_refusal(CURLE_LOGIN_DENIED, 454), 454);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT_TEST(a_mail_arrives_as_it_was_written),
		UNIT_TEST(many_go_at_once_on_kept_connections),
		UNIT_TEST(a_refusal_is_an_answer_in_the_servers_own_words),
		UNIT_TEST(a_password_goes_under_verified_tls_only),
		UNIT_TEST(a_wrong_password_is_an_answer),
		UNIT_TEST(a_log_in_that_is_refused_is_never_taken_for_a_refused_mail),
		UNIT_TEST(without_recipients_it_only_logs_in),
		UNIT_TEST(a_mail_to_nobody_is_not_taken_for_sent),
		UNIT_TEST(what_could_be_more_than_an_address_is_refused),
		UNIT_TEST(an_inner_server_is_not_reached_without_permission),
	};

	return cmocka_run_group_tests(tests, start_servers, stop_servers);
}
