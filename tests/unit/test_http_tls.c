#include "http_peer.h"
#include "net/http.h"

#include <fcntl.h>

/* openssl's own server with a certificate for peer.example that only itself vouches for. */
static char folder[] = "/tmp/ventanilla-tls-XXXXXX";
static char certificate[64], private_key[64];
static int server_port;
static pid_t server;
static FILE *server_output;

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

static int make_certificate(void)
{
	const char *const arguments[] = {
		"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
		"ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=peer",
		"-addext", "subjectAltName=DNS:peer.example", "-keyout", private_key,
		"-out", certificate, NULL,
	};

	if (!mkdtemp(folder))
		return -1;
	snprintf(certificate, sizeof(certificate), "%s/certificate.pem", folder);
	snprintf(private_key, sizeof(private_key), "%s/key.pem", folder);
	return run(arguments);
}

static int start_server(void **state)
{
	char line[200];
	int ends[2], found = 0;

	(void)state;
	if (make_certificate() || pipe(ends))
		return -1;
	server = fork();
	if (!server) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		dup2(ends[1], STDOUT_FILENO);
		dup2(open("/dev/null", O_WRONLY), STDERR_FILENO);
		execlp("openssl", "openssl", "s_server", "-accept", "127.0.0.1:0", "-www", "-cert",
		       certificate, "-key", private_key, (char *)NULL);
		_exit(127);
	}
	close(ends[1]);
	server_output = fdopen(ends[0], "r");
	while (!found && fgets(line, sizeof(line), server_output))
		found = sscanf(line, "ACCEPT 127.0.0.1:%d", &server_port);
	return found ? 0 : -1;
}

static int stop_server(void **state)
{
	(void)state;
	kill(server, SIGKILL);
	waitpid(server, NULL, 0);
	fclose(server_output);
	unlink(certificate);
	unlink(private_key);
	return rmdir(folder);
}

/* The certificate as text. */
static const char *as_text(void **state)
{
	char text[4096];
	FILE *file = fopen(certificate, "r");
	size_t size;

	assert_non_null(file);
	size = fread(text, 1, sizeof(text), file);
	fclose(file);
	return arena_strndup(unit_ctx(state)->arena, text, size);
}

static int ask_with(void **state, const char *host, const char *ca_file, const char *ca_pem,
		    struct http_response *response)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct http_request request = {
		.url = arena_printf(ctx->arena, "https://%s:%d/", host, server_port),
		.ca_file = ca_file, .ca_pem = ca_pem,
	};
	struct guard *guard;

	assert_int_equal(guard_parse(ctx, arena_printf(ctx->arena, "%s:%d:127.0.0.0/8", host,
						       server_port), &guard), 0);
	request.guard = guard;
	return http_request(ctx, &request, response);
}

static int ask(void **state, const char *host, const char *ca_file, struct http_response *response)
{
	return ask_with(state, host, ca_file, NULL, response);
}

static void a_certificate_of_a_trusted_authority_is_taken(void **state)
{
	struct http_response response;

	assert_int_equal(ask(state, "peer.example", certificate, &response), 0);
	assert_int_equal(response.status, 200);
}

static void a_certificate_of_an_unknown_authority_is_refused(void **state)
{
	struct http_response response;

	assert_int_equal(ask(state, "peer.example", NULL, &response), -1);
	assert_int_equal(unit_ctx(state)->error.code, VT_E_PROVIDER);
	assert_false(response.begun);
}

static void a_certificate_of_an_authority_of_one_s_own_is_taken(void **state)
{
	struct http_response response;

	assert_int_equal(ask_with(state, "peer.example", NULL, as_text(state), &response), 0);
	assert_int_equal(response.status, 200);
	assert_int_equal(ask_with(state, "other.example", NULL, as_text(state), &response), -1);
	assert_false(response.begun);
}

static void a_certificate_of_another_host_is_refused(void **state)
{
	struct http_response response;

	assert_int_equal(ask(state, "other.example", certificate, &response), -1);
	assert_int_equal(unit_ctx(state)->error.code, VT_E_PROVIDER);
	assert_false(response.begun);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT_TEST(a_certificate_of_a_trusted_authority_is_taken),
		UNIT_TEST(a_certificate_of_an_unknown_authority_is_refused),
		UNIT_TEST(a_certificate_of_an_authority_of_one_s_own_is_taken),
		UNIT_TEST(a_certificate_of_another_host_is_refused),
	};

	return cmocka_run_group_tests(tests, start_server, stop_server);
}
