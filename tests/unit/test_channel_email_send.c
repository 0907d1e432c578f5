/* E-mail out: the mail that SMTP gets, and what its server's answers mean. */
#include "outgoing.h"
#include "base/strbuf.h"
#include "channel/email/email.h"

#define TO "\"to\":{\"kind\":\"email\",\"value\":\"ana@ejemplo.test\"}"
#define SETTINGS "{\"account\":\"a@agencia.test\",\"sender_name\":\"Agencia Ñandú\",\"smtp\":\"smtps://mail.agencia.test\"," \
	"\"user\":\"a\",\"subject\":\"Su consulta\"}"
#define ID "<conv-12345.m7.1795446000000000@agencia.test>"

static struct channel_request request_of(struct vt_ctx *ctx, const char *payload)
{
	const struct channel_message message = outgoing_row(ctx, "message", payload, SETTINGS, NULL);

	return outgoing_call(ctx, &channel_email, &message);
}

static const struct mime_mail *mail_of(struct vt_ctx *ctx, const struct channel_request *request)
{
	struct mime_mail *mail;

	assert_int_equal(mime_read(ctx, request->body, request->body_size, &mail), 0);
	return mail;
}

static void a_message_is_a_mail_on_its_thread(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	const struct channel_request request = request_of(ctx, "{" TO ",\"text\":\"Hola ñ 🦤\\n.\\nChau\",\"human\":true,"
		"\"quote\":{\"id\":\"<m2@ejemplo.test>\"},\"mail\":{\"subject\":\"Consulta año\",\"conversation\":12345,"
		"\"references\":\"<m1@ejemplo.test> basura\"}}");
	const struct mime_mail *mail = mail_of(ctx, &request);

	assert_string_equal(request.url, "smtps://mail.agencia.test");
	assert_string_equal(request.mail_from, "a@agencia.test");
	assert_string_equal(request.mail_to[0], "ana@ejemplo.test");
	assert_null(request.mail_to[1]);
	assert_string_equal(request.user, "a");
	assert_string_equal(mail->text, "Hola ñ 🦤\r\n.\r\nChau\r\n");
	assert_string_equal(mail->from_name, "Agencia Ñandú");
	assert_string_equal(mail->from_address, "a@agencia.test");
	assert_string_equal(mail->subject, "Re: Consulta año [#12345]");
	assert_string_equal(mail->message_id, ID);
	assert_string_equal(mail->in_reply_to, "<m2@ejemplo.test>");
	assert_non_null(strstr(request.body, "References: <m1@ejemplo.test>\r\n <m2@ejemplo.test>\r\n"));
	assert_string_equal(mail->auto_submitted, "");
	assert_string_equal(email_own_id(ctx, mail->message_id).reference, "7.1795446000000000");
}

static void what_no_person_wrote_says_so(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	const struct channel_request request = request_of(ctx, "{" TO ",\"text\":\"Elegí:\",\"options\":"
		"[{\"key\":\"a\",\"label\":\"Planes\"},{\"key\":\"b\",\"label\":\"Otra\"}]}");
	const struct mime_mail *mail = mail_of(ctx, &request);

	assert_string_equal(mail->auto_submitted, "auto-replied");
	assert_string_equal(mail->subject, "Su consulta");
	assert_string_equal(mail->text, "Elegí:\r\n1. Planes\r\n2. Otra\r\n");
}

static void a_file_goes_between_the_head_and_the_tail(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct channel_request request = request_of(ctx, "{" TO ",\"text\":\"va\",\"file\":{\"id\":4,"
		"\"name\":\"año \\\"1\\\"\\r\\n.pdf\",\"type\":\"application/pdf\",\"size\":4}}");

	assert_true(request.with_file && request.file_base64);
	request.body = arena_printf(ctx->arena, "%sJVBERg==%s", request.body, request.tail);
	request.body_size = strlen(request.body);
	const struct mime_mail *mail = mail_of(ctx, &request);
	assert_string_equal(mail->text, "va\r\n");
	assert_int_equal(mail->part_count, 1);
	assert_string_equal(mail->parts[0].type, "application/pdf");
	assert_int_equal(strncmp(mail->parts[0].name, "año \"1\"", 8), 0);
	assert_memory_equal(mail->parts[0].data, "%PDF", 4);
}

static void no_line_of_a_stranger_becomes_a_header(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	const struct channel_request request = request_of(ctx, "{" TO ",\"text\":\"x\",\"quote\":{\"id\":\"<a\\r\\nBcc: b@b>\"},"
		"\"mail\":{\"subject\":\"uno\\r\\nBcc: otro@ejemplo.test\"}}");

	assert_null(strstr(request.body, "\nBcc:"));
	assert_string_equal(mail_of(ctx, &request)->in_reply_to, "");
}

static void what_mail_cannot_do_is_refused(void **state)
{
	static const struct { const char *kind, *payload; } all[] = {
		{ "edit", "{" TO "}" }, { "reaction", "{" TO "}" }, { "message", "{\"text\":\"x\"}" },
		{ "message", "{\"to\":{\"value\":\"a@b, c@d\"},\"text\":\"x\"}" },
		{ "message", "{\"to\":{\"value\":\"a@b\\r\\nRCPT TO:<x@y>\"},\"text\":\"x\"}" },
	};
	struct vt_ctx *ctx = unit_ctx(state);

	for (size_t i = 0; i < VT_COUNT(all); i++) {
		const struct channel_message message = outgoing_row(ctx, all[i].kind, all[i].payload, SETTINGS, NULL);
		outgoing_refused(ctx, &channel_email, &message);
	}
}

static void each_answer_says_what_to_do(void **state)
{
	static const struct { int status; const char *words; enum channel_outcome outcome; enum channel_fault fault; } all[] = {
		{ 421, "421 4.3.2 Service shutting down", CHANNEL_RETRY, CHANNEL_FAULT_SERVER },
		{ 450, "450 Greylisted", CHANNEL_RETRY, CHANNEL_FAULT_SERVER },
		{ 452, "452 4.2.2 Mailbox full", CHANNEL_RETRY, CHANNEL_FAULT_RECIPIENT },
		{ 535, "535 5.7.8 Bad credentials", CHANNEL_REFUSED, CHANNEL_FAULT_LINE },
		{ 530, "530 5.7.0 Authentication required", CHANNEL_REFUSED, CHANNEL_FAULT_LINE },
		{ 550, "550 5.1.1 User unknown", CHANNEL_REFUSED, CHANNEL_FAULT_RECIPIENT },
		{ 550, "550 no such user", CHANNEL_REFUSED, CHANNEL_FAULT_RECIPIENT },
		{ 553, "553 5.1.8 Sender rejected", CHANNEL_REFUSED, CHANNEL_FAULT_LINE },
		{ 552, "552 5.3.4 Too big", CHANNEL_REFUSED, CHANNEL_FAULT_MESSAGE },
		{ 550, "550 5.7.1 Spam", CHANNEL_REFUSED, CHANNEL_FAULT_MESSAGE },
		{ 554, "554 refused", CHANNEL_REFUSED, CHANNEL_FAULT_MESSAGE },
	};
	struct vt_ctx *ctx = unit_ctx(state);
	const struct channel_message message = outgoing_row(ctx, "message", "{\"mail\":{\"conversation\":12345}}", SETTINGS, NULL);

	for (size_t i = 0; i < VT_COUNT(all); i++) {
		struct channel_result result = outgoing_answer(ctx, &channel_email, &message, all[i].status, all[i].words, NULL);
		assert_int_equal(result.outcome, all[i].outcome);
		assert_int_equal(result.fault, all[i].fault);
		assert_int_equal(result.error_code, all[i].status);
	}
	struct channel_result sent = outgoing_answer(ctx, &channel_email, &message, 250, "250 2.0.0 Ok: queued", NULL);
	assert_int_equal(sent.outcome, CHANNEL_SENT);
	assert_string_equal(sent.provider_id, ID);
}

static void settings_are_looked_at_when_they_are_written(void **state)
{
	(void)state;
	assert_null(channel_email.check("account", "a@agencia.test"));
	assert_string_equal(channel_email.check("account", "agencia"), "error.channel.mail_address");
	assert_null(channel_email.check("imap", "imaps://mail.agencia.test:993"));
	assert_string_equal(channel_email.check("imap", "http://x"), "error.channel.imap");
	assert_string_equal(channel_email.check("smtp", "smtp://u:p@x"), "error.channel.smtp");
	assert_null(channel_email.check("addresses", "rentas@agencia.test=automotor"));
	assert_string_equal(channel_email.check("addresses", "rentas@agencia.test"), "error.channel.mail_queue");
	assert_string_equal(channel_email.check("folder", "IN\r\nBOX"), "error.channel.mail_folder");
	assert_string_equal(channel_email.check("folder", "Todas/*"), "error.channel.mail_folder");
	assert_null(channel_email.check("folder", "Reclamos/Año"));
	assert_null(channel_email.check("folder", "INBOX/Consultas"));
	assert_string_equal(channel_email.check("user", "a\r\nb"), "error.invalid");
}

/* The test of a line: first SMTP, then IMAP whatever that said. */
static void a_test_tries_both_servers_and_says_which_fails(void **state)
{
	static const struct { int smtp; const char *said; int imap; enum channel_outcome outcome; const char *error; } all[] = {
		{ 250, "250 Ok", 200, CHANNEL_SENT, NULL },
		{ 535, "535 5.7.8 no", 200, CHANNEL_REFUSED, "SMTP: the mail server said 535 5.7.8" },
		{ 250, "250 Ok", 401, CHANNEL_REFUSED, "IMAP: the log-in was refused" },
		{ 0, "no connection", 403, CHANNEL_REFUSED, "SMTP: no connection; IMAP: there is no such folder" },
	};
	struct vt_ctx *ctx = unit_ctx(state);

	for (size_t i = 0; i < VT_COUNT(all); i++) {
		struct channel_message message = outgoing_row(ctx, "check", "{}", "{\"account\":\"a@agencia.test\","
			"\"smtp\":\"smtps://mail.agencia.test\",\"imap\":\"imaps://mail.agencia.test\"}", NULL);
		assert_null(outgoing_call(ctx, &channel_email, &message).imap_command);
		struct channel_result result = outgoing_answer(ctx, &channel_email, &message, all[i].smtp, all[i].said, NULL);
		assert_int_equal(result.outcome, CHANNEL_NEXT);
		message.step = 1;
		message.memory = result.memory;
		const struct channel_request request = outgoing_call(ctx, &channel_email, &message);
		assert_string_equal(request.url, "imaps://mail.agencia.test/");
		assert_string_equal(request.imap_command, "STATUS \"INBOX\" (UIDNEXT)");
		assert_string_equal(request.user, "a@agencia.test");
		result = outgoing_answer(ctx, &channel_email, &message, all[i].imap, "", NULL);
		assert_int_equal(result.outcome, all[i].outcome);
		if (all[i].error)
			assert_string_equal(result.error, all[i].error);
	}
}

static void an_address_of_a_queue_answers_what_was_written_to_it(void **state)
{
	static const char settings[] = "{\"account\":\"a@agencia.test\",\"smtp\":\"smtps://x\","
		"\"addresses\":[\"automotor@agencia.test=automotor\"]}";
	static const struct { const char *from, *answers; } all[] = {
		{ "automotor@agencia.test", "automotor@agencia.test" }, { "otra@agencia.test", "a@agencia.test" },
		{ "", "a@agencia.test" }, { "automotor", "a@agencia.test" },
	};
	struct vt_ctx *ctx = unit_ctx(state);

	for (size_t i = 0; i < VT_COUNT(all); i++) {
		const struct channel_message message = outgoing_row(ctx, "message", arena_printf(ctx->arena,
			"{" TO ",\"text\":\"x\",\"mail\":{\"from\":\"%s\"}}", all[i].from), settings, NULL);
		const struct channel_request request = outgoing_call(ctx, &channel_email, &message);
		assert_string_equal(mail_of(ctx, &request)->from_address, all[i].answers);
		assert_string_equal(request.mail_from, "a@agencia.test");
	}
}

static void an_answer_carries_the_signature_and_what_it_answers(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	const struct channel_message message = outgoing_row(ctx, "message", "{" TO ",\"text\":\"Listo.\\nChau\",\"human\":true,"
		"\"mail\":{\"subject\":\"RE: Patente\",\"conversation\":12345},\"said\":{\"text\":\"Hola\\n\\n¿Y?\",\"by\":\"Ana\","
		"\"at\":1795446000,\"cut\":true}}", "{\"account\":\"a@agencia.test\",\"smtp\":\"smtps://m.test\",\"signature\":"
		"[\"Agencia\",\"0800\"]}", NULL);
	const struct channel_request request = outgoing_call(ctx, &channel_email, &message);
	const struct mime_mail *mail = mail_of(ctx, &request);

	assert_string_equal(mail->text, "Listo.\r\nChau\r\n\r\n-- \r\nAgencia\r\n0800\r\n\r\n23/11/2026 12:00, Ana:\r\n"
			    "> Hola\r\n> \r\n> ¿Y?\r\n> [...]\r\n");
	assert_string_equal(mail->subject, "RE: Patente [#12345]");
}

static void who_gave_no_name_is_called_by_the_address(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	const struct channel_request request = request_of(ctx, "{" TO ",\"text\":\"Listo.\",\"human\":true,"
		"\"said\":{\"text\":\"Hola\",\"by\":\"\",\"at\":1795446000}}");

	assert_non_null(strstr(mail_of(ctx, &request)->text, "23/11/2026 12:00, ana@ejemplo.test:\r\n> Hola\r\n"));
}

static void another_subject_is_written_as_it_was_chosen(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	const struct channel_request other = request_of(ctx, "{" TO ",\"text\":\"x\",\"subject\":\"Turno\","
		"\"mail\":{\"subject\":\"Re: Patente\",\"conversation\":12345}}");
	const struct channel_request same = request_of(ctx, "{" TO ",\"text\":\"x\",\"subject\":\"Patente\","
		"\"mail\":{\"subject\":\"Patente\",\"conversation\":12345}}");
	const struct channel_request first = request_of(ctx, "{" TO ",\"text\":\"x\",\"subject\":\"Turno\"}");

	assert_string_equal(mail_of(ctx, &other)->subject, "Turno [#12345]");
	assert_string_equal(mail_of(ctx, &same)->subject, "Re: Patente [#12345]");
	assert_string_equal(mail_of(ctx, &first)->subject, "Turno");
}

static void several_files_go_in_one_mail(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	const struct channel_request request = request_of(ctx, "{" TO ",\"text\":\"Van\","
		"\"file\":{\"id\":1,\"name\":\"a.pdf\",\"type\":\"application/pdf\",\"size\":3},"
		"\"further\":[{\"id\":2,\"name\":\"ñ.png\",\"type\":\"image/png\",\"size\":3}]}");
	struct strbuf whole;
	struct mime_mail *mail;

	assert_int_equal(request.further_count, 1);
	strbuf_init(&whole, ctx->arena, 4096);
	strbuf_add(&whole, request.body, request.body_size);
	strbuf_printf(&whole, "YWJj\r\n%sZGVm\r\n", request.between[0]);
	strbuf_add(&whole, request.tail, request.tail_size);
	assert_int_equal(mime_read(ctx, whole.data, whole.size, &mail), 0);
	assert_string_equal(mail->text, "Van\r\n");
	assert_int_equal(mail->part_count, 2);
	assert_string_equal(mail->parts[0].name, "a.pdf");
	assert_memory_equal(mail->parts[0].data, "abc", 3);
	assert_string_equal(mail->parts[1].name, "ñ.png");
	assert_memory_equal(mail->parts[1].data, "def", 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT_TEST(a_message_is_a_mail_on_its_thread),
		UNIT_TEST(what_no_person_wrote_says_so),
		UNIT_TEST(an_answer_carries_the_signature_and_what_it_answers),
		UNIT_TEST(who_gave_no_name_is_called_by_the_address),
		UNIT_TEST(another_subject_is_written_as_it_was_chosen),
		UNIT_TEST(several_files_go_in_one_mail),
		UNIT_TEST(a_file_goes_between_the_head_and_the_tail),
		UNIT_TEST(no_line_of_a_stranger_becomes_a_header),
		UNIT_TEST(what_mail_cannot_do_is_refused),
		UNIT_TEST(each_answer_says_what_to_do),
		UNIT_TEST(settings_are_looked_at_when_they_are_written),
		UNIT_TEST(a_test_tries_both_servers_and_says_which_fails),
		UNIT_TEST(an_address_of_a_queue_answers_what_was_written_to_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
