/* What a mailbox is asked, and what is read of its answers, lies among them. */
#include "unit.h"
#include "net/imap-private.h"

static const struct imap_mailbox mailbox = {
	.url = "imaps://correo.agencia.example", .folder = "Consultas/Año 1", .user = "casilla", .password = "clave",
};

static struct http_response answered(const char *body)
{
	return (struct http_response){ .status = 200, .body = body, .body_size = strlen(body) };
}

static void questions_name_the_folder_and_the_mail(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	const struct imap_status status = { .uid_validity = 7, .uid_next = 9 };
	struct http_request request;

	assert_int_equal(imap_ask_status(ctx, &mailbox, &request), 0);
	assert_string_equal(request.url, "imaps://correo.agencia.example/");
	assert_string_equal(request.imap_command, "STATUS \"Consultas/A&APE-o 1\" (UIDVALIDITY UIDNEXT)");
	assert_true(request.imap_anew && request.imap_last);
	assert_int_equal(imap_ask_list(ctx, &mailbox, 3, 8, &request), 0);
	assert_string_equal(request.url, "imaps://correo.agencia.example/Consultas%2FA%26APE-o%201");
	assert_string_equal(request.imap_command, "UID FETCH 3:8 (UID RFC822.SIZE INTERNALDATE)");
	assert_true(request.imap_anew);
	assert_int_equal(imap_ask_mail(ctx, &mailbox, &status, 8, 100, false, &request), 0);
	assert_string_equal(request.url, "imaps://correo.agencia.example/Consultas%2FA%26APE-o%201;UIDVALIDITY=7/;UID=8"
			    "/;SECTION=HEADER/;PARTIAL=0.100");
	assert_null(request.imap_command);
}

static void a_folder_that_could_be_more_than_a_name_is_refused(void **state)
{
	static const char *const names[] = { "", "a\"b", "a\\b", "a\r\nb LOGOUT", "a*", "%41" };
	struct vt_ctx *ctx = unit_ctx(state);
	struct http_request request;

	for (size_t i = 0; i < VT_COUNT(names); i++) {
		struct imap_mailbox bad = mailbox;
		bad.folder = names[i];
		assert_int_equal(imap_ask_status(ctx, &bad, &request), -1);
		assert_int_equal(ctx->error.code, VT_E_INVALID);
		vt_error_clear(ctx);
	}
}

static void the_numbering_is_read_in_any_order_and_nowhere_else(void **state)
{
	static const char *const wrong[] = {
		"", "* STATUS INBOX ()\r\n", "* STATUS INBOX (UIDNEXT 5)\r\n", "* STATUS INBOX (UIDNEXT 5 UIDVALIDITY 0)\r\n",
		"* STATUS INBOX (XUIDNEXT 5 UIDVALIDITY 3)\r\n", "* STATUS INBOX (UIDNEXT 99999999999 UIDVALIDITY 3)\r\n",
	};
	struct vt_ctx *ctx = unit_ctx(state);
	struct http_response response = answered("* 3 EXISTS\r\n* STATUS INBOX (UIDNEXT 5 UIDVALIDITY 1795857162)\r\n");
	struct imap_status status;

	assert_int_equal(imap_read_status(ctx, &response, &status), 0);
	assert_int_equal(status.uid_validity, 1795857162);
	assert_int_equal(status.uid_next, 5);
	for (size_t i = 0; i < VT_COUNT(wrong); i++) {
		response = answered(wrong[i]);
		assert_int_equal(imap_read_status(ctx, &response, &status), -1);
		assert_int_equal(ctx->error.code, VT_E_PROVIDER);
		vt_error_clear(ctx);
	}
}

static void mails_are_listed_by_number_without_those_that_nobody_asked_for(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	const struct http_response response = answered(
		"* 2 FETCH (UID 9 RFC822.SIZE 20 INTERNALDATE \"23-Nov-2026 12:00:00 -0300\")\r\n"
		"* 1 FETCH (INTERNALDATE \" 1-Nov-2026 00:00:00 +0000\" RFC822.SIZE 99999999 UID 7)\r\n"
		"* 5 EXISTS\r\n* 3 FETCH (UID 2 RFC822.SIZE 1)\r\n* 4 FETCH (FLAGS (UIDX 8))\r\n* 5 FETCH (UID 10)\r\n");
	struct imap_entry *entries;

	assert_int_equal(imap_read_list(ctx, &response, 3, 100, &entries), 2);
	assert_int_equal(entries[0].uid, 7);
	assert_int_equal(entries[0].size, 99999999);
	assert_int_equal(entries[0].arrived_s, 1793491200);
	assert_int_equal(entries[1].uid, 9);
	assert_int_equal(entries[1].arrived_s, 1795446000);
}

static void of_a_refusal_only_its_code_is_kept(void **state)
{
	static const struct { const char *line, *told; } lines[] = {
		{ "A003 NO [AUTHENTICATIONFAILED] ana@ejemplo.example no entra\r\n", "[AUTHENTICATIONFAILED]" },
		{ "A003 NO ana@ejemplo.example no entra\r\n", "" }, { "* NO [ALERT] algo\r\n", "" },
		{ "A003 OK [CAPABILITY IMAP4rev1] entra\r\n", "" }, { "A003 BAD [", "" }, { "", "" }, { "A003 NO [dos palabras]", "" },
	};

	(void)state;
	for (size_t i = 0; i < VT_COUNT(lines); i++) {
		char told[IMAP_TOLD_MAX + 1] = "";
		imap_line(told, lines[i].line, strlen(lines[i].line));
		assert_string_equal(told, lines[i].told);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT_TEST(questions_name_the_folder_and_the_mail),
		UNIT_TEST(a_folder_that_could_be_more_than_a_name_is_refused),
		UNIT_TEST(the_numbering_is_read_in_any_order_and_nowhere_else),
		UNIT_TEST(mails_are_listed_by_number_without_those_that_nobody_asked_for),
		UNIT_TEST(of_a_refusal_only_its_code_is_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
