/* E-mail: what people write, what machines write, and what of ours came back. */
#include "outgoing.h"
#include "base/strbuf.h"
#include "channel/email/email.h"
#include "channel/email/html.h"

#define HEAD "From: Ana <ANA@ejemplo.test>\r\nTo: a@agencia.test\r\nMessage-ID: <m1@ejemplo.test>\r\n" \
	"Date: Mon, 23 Nov 2026 10:15:00 -0300\r\nMIME-Version: 1.0\r\n"
#define PLAIN "Content-Type: text/plain; charset=utf-8\r\n\r\n"

static const struct mime_mail *mail_of(struct vt_ctx *ctx, const char *source)
{
	struct mime_mail *mail;

	assert_int_equal(mime_read(ctx, source, strlen(source), &mail), 0);
	return mail;
}

static const struct channel_event *parsed(struct vt_ctx *ctx, const char *raw, size_t wanted)
{
	struct channel_event *events;
	size_t count;

	assert_int_equal(channel_email.parse(ctx, raw, strlen(raw), &events, &count), 0);
	assert_int_equal(count, wanted);
	return events;
}

/* A line with this address of its own. */
static struct json *line(struct vt_ctx *ctx, const char *account)
{
	struct json *settings = json_new_object(ctx);

	json_set_str(settings, "account", account);
	return settings;
}

/* As the worker stores what it fetched, and intake reads it. */
static const struct channel_event *fetched(struct vt_ctx *ctx, const char *source)
{
	return parsed(ctx, email_stored(ctx, mail_of(ctx, source), line(ctx, "a@agencia.test"), NULL, 0), 1);
}

static void a_mail_is_what_its_sender_said(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	const struct channel_event *event = fetched(ctx, HEAD "Subject: =?ISO-8859-1?Q?A=F1o?=\r\n" PLAIN "¿Qué debo? 🦤\r\n");

	assert_int_equal(event->kind, CHANNEL_TEXT);
	assert_string_equal(event->text, "¿Qué debo? 🦤");
	assert_string_equal(event->identity_kind, "email");
	assert_string_equal(event->identity_value, "ana@ejemplo.test");
	assert_string_equal(event->contact_name, "Ana");
	assert_string_equal(event->provider_id, "<m1@ejemplo.test>");
	assert_int_equal(event->sent_at_s, 1795439700);
	assert_string_equal(json_str(event->detail, "subject", ""), "Año");
}

static void an_answer_goes_to_whom_the_mail_says(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);

	assert_string_equal(fetched(ctx, "Reply-To: Juan <juan@ejemplo.test>\r\n" HEAD PLAIN "hola")->identity_value,
			    "juan@ejemplo.test");
}

static void a_charset_that_lies_or_is_unknown_still_reads(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);

	assert_string_equal(mail_of(ctx, HEAD "Content-Type: text/plain; charset=utf-8\r\n\r\na\xf1o")->text, "año");
	assert_string_equal(mail_of(ctx, HEAD "Content-Type: text/plain; charset=x-marciano\r\n\r\nse\xf1or")->text, "señor");
	assert_string_equal(mail_of(ctx, HEAD "Content-Type: text/plain; charset=windows-1252\r\n\r\n\x80 5")->text, "€ 5");
	assert_string_equal(mail_of(ctx, HEAD "\r\nni\xf1o")->text, "niño");
}

static void attachments_and_images_within_are_listed(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	const struct mime_mail *mail = mail_of(ctx, HEAD "Content-Type: multipart/related; boundary=b\r\n\r\n"
		"--b\r\nContent-Type: text/html\r\n\r\n<p>Ver <img src=\"cid:f1\"></p>\r\n"
		"--b\r\nContent-Type: image/png\r\nContent-ID: <f1>\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw==\r\n"
		"--b\r\nContent-Type: application/pdf\r\n"
		"Content-Disposition: attachment; filename*=UTF-8''a%C3%B1o.pdf\r\n\r\n%PDF\r\n--b--\r\n");

	assert_int_equal(mail->part_count, 2);
	assert_string_equal(mail->parts[0].content_id, "f1");
	assert_int_equal(mail->parts[0].size, 4);
	assert_string_equal(mail->parts[1].name, "año.pdf");
	assert_string_equal(mail->text, "");
	assert_string_equal(html_text(ctx, mail->html), "Ver \n\n");
}

static void each_stored_file_is_an_event_after_the_text(void **state)
{
	const struct email_file files[] = { { 7, 10, "a.pdf", "application/pdf", "" }, { 8, 20, "b.png", "image/png", "" } };
	struct vt_ctx *ctx = unit_ctx(state);
	const struct channel_event *events = parsed(ctx, email_stored(ctx, mail_of(ctx, HEAD PLAIN "van"), line(ctx, ""), files, 2), 3);

	assert_int_equal(events[0].kind, CHANNEL_TEXT);
	assert_int_equal(events[1].kind, CHANNEL_FILE);
	assert_int_equal(events[2].file_id, 8);
	assert_string_equal(events[2].file_name, "b.png");
	assert_string_equal(events[2].provider_id, "<m1@ejemplo.test>:8");
	assert_string_equal(events[2].identity_value, "ana@ejemplo.test");
}

static void the_quoted_tail_is_kept_apart(void **state)
{
	static const char *const tails[] = {
		"El lun, 23 nov 2026 a las 11:00, ARBA <a@agencia.test> escribió:\r\n> ¿Pudo?\r\n",
		"El lun, 23 nov 2026 a las 11:00,\r\nARBA <a@agencia.test>\r\nescribió:\r\n\r\n> ¿Pudo?\r\n",
		"On Mon, Nov 23, 2026 at 11:00 AM A <a@agencia.test> wrote:\r\nsin marca\r\n",
		"-----Mensaje original-----\r\nDe: A\r\n",
		"De: ARBA\r\nEnviado el: lunes\r\nPara: Ana\r\nAsunto: Su consulta\r\n\r\nHola\r\n",
		"> ¿Pudo?\r\n>> antes\r\n",
	};
	struct vt_ctx *ctx = unit_ctx(state);

	for (size_t i = 0; i < VT_COUNT(tails); i++) {
		const struct channel_event *event = fetched(ctx, arena_printf(ctx->arena, HEAD PLAIN "Ya pagué.\r\n\r\n%s", tails[i]));
		assert_string_equal(event->text, "Ya pagué.");
		assert_int_equal(strncmp(json_str(event->detail, "quoted", ""), tails[i], 5), 0);
	}
}

static void who_answers_between_the_lines_is_read_whole(void **state)
{
	static const char *const whole[] = {
		"On Monday, A wrote:\n> ¿Cuándo?\nEl martes.\n> ¿Dónde?\nEn La Plata.\n", "> todo citado\n", "El auto es mío:\nsí.\n", "",
	};

	(void)state;
	for (size_t i = 0; i < VT_COUNT(whole); i++)
		assert_int_equal(email_quote_begins(whole[i]), strlen(whole[i]));
}

static void a_machine_is_answered_by_nobody(void **state)
{
	static const char *const marks[] = {
		"Auto-Submitted: auto-replied\r\n", "X-Autoreply: yes\r\n", "Precedence: bulk\r\n", "Return-Path: <>\r\n",
		"List-Id: <avisos.ejemplo.test>\r\n",
	};
	struct vt_ctx *ctx = unit_ctx(state);

	for (size_t i = 0; i < VT_COUNT(marks); i++)
		assert_int_equal(fetched(ctx, arena_printf(ctx->arena, "%s" HEAD PLAIN "fuera de oficina", marks[i]))->kind,
				 CHANNEL_AUTO_REPLY);
	assert_int_equal(fetched(ctx, "Auto-Submitted: no\r\nReturn-Path: <ana@ejemplo.test>\r\n" HEAD PLAIN "soy yo")->kind,
			 CHANNEL_TEXT);
}

static void our_own_mail_that_comes_back_is_no_question(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);

	assert_int_equal(fetched(ctx, "From: x@ejemplo.test\r\nMessage-ID: <conv-5.m7.88@agencia.test>\r\n" PLAIN "eco")->kind,
			 CHANNEL_AUTO_REPLY);
	assert_int_equal(fetched(ctx, "From: A@agencia.test\r\nMessage-ID: <z@z>\r\n" PLAIN "eco")->kind, CHANNEL_AUTO_REPLY);
}

static void an_answer_says_its_case_and_its_message(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	const struct channel_event *event = fetched(ctx, "In-Reply-To: <conv-12345.m7.88@agencia.test>\r\n" HEAD PLAIN "sí");

	assert_string_equal(event->reply_to, "<conv-12345.m7.88@agencia.test>");
	assert_int_equal(json_i64(event->detail, "conversation", 0), 12345);
	event = fetched(ctx, "Subject: RV: consulta [#678]\r\n" HEAD PLAIN "sí");
	assert_int_equal(json_i64(event->detail, "conversation", 0), 678);
	assert_null(event->reply_to);
}

#define REPORT(action, status, returned) "From: MAILER-DAEMON@ejemplo.test\r\nMessage-ID: <d1@ejemplo.test>\r\n" \
	"Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n" \
	"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n" \
	"--b\r\nContent-Type: text/plain\r\n\r\nNo se pudo.\r\n" \
	"--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\n" \
	"Final-Recipient: rfc822; ana@ejemplo.test\r\nAction: " action "\r\nStatus: " status "\r\n" \
	"--b\r\n" returned "\r\n--b--\r\n"
#define RETURNED "Content-Type: message/rfc822\r\n\r\nFrom: a@agencia.test\r\n" \
	"Message-ID: <conv-5.m7.1795446000000000@agencia.test>\r\n\r\nHola\r\n"

static void what_came_back_is_a_failure_of_our_message(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	const struct channel_event *event = fetched(ctx, REPORT("failed", "5.1.1", RETURNED));

	assert_int_equal(event->kind, CHANNEL_BOUNCE);
	assert_int_equal(event->state, OUTBOX_FAILED);
	assert_string_equal(event->reference, "7.1795446000000000");
	assert_string_equal(event->error, "the mail came back: 5.1.1");
	assert_string_equal(event->recipient, "ana@ejemplo.test");
	assert_null(event->identity_value);
	event = fetched(ctx, REPORT("failed", "5.2.2", "Content-Type: text/rfc822-headers\r\n\r\nFrom: a\r\n"
				    "Message-ID: <otro@relay>\r\n" EMAIL_REFERENCE_HEADER ": 9.99\r\n"));
	assert_string_equal(event->reference, "9.99");
}

static void what_is_only_late_or_of_others_fails_nothing(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);

	assert_int_equal(fetched(ctx, REPORT("delayed", "4.4.1", RETURNED))->kind, CHANNEL_AUTO_REPLY);
	assert_int_equal(fetched(ctx, REPORT("failed", "5.1.1", "Content-Type: text/plain\r\n\r\nnada"))->kind,
			 CHANNEL_AUTO_REPLY);
	assert_int_equal(fetched(ctx, REPORT("delivered", "2.0.0", RETURNED))->state, OUTBOX_DELIVERED);
}

static void html_keeps_nothing_that_calls_or_runs(void **state)
{
	static const struct { const char *in, *out; } all[] = {
		{ "<p onclick=x()>Hola <b style='x'>ñ</b></p>", "<p>Hola <b>ñ</b></p>" },
		{ "<script>alert(1)</script><style>p{}</style>ok", "<p>ok</p>" },
		{ "<img src=http://espia/x.gif alt=a>", "<img alt=\"a\">" },
		{ "<img src=cid:f1>", "<img src=\"cid:f1\">" },
		{ "<a href='javascript:x'>y</a>", "<a rel=\"noopener noreferrer nofollow\" target=\"_blank\">y</a>" },
		{ "<a href='java\tscript:x'>y</a>", "<a rel=\"noopener noreferrer nofollow\" target=\"_blank\">y</a>" },
		{ "<iframe src=x></iframe><svg><a xlink:href=x>z</a></svg><u>v</u>", "<u>v</u>" },
		{ "<p>&lt;script&gt;</p>", "<p>&lt;script&gt;</p>" },
		{ "<form action=x><input value=y>dato</form>", "dato" },
	};
	struct vt_ctx *ctx = unit_ctx(state);

	for (size_t i = 0; i < VT_COUNT(all); i++)
		assert_string_equal(html_safe(ctx, all[i].in), all[i].out);
}

static void html_alone_becomes_text_whose_quotations_fold(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	const struct channel_event *event = fetched(ctx, HEAD "Content-Type: text/html; charset=utf-8\r\n\r\n"
		"<div>Sí,<br>gracias</div><ul><li>uno<li>dos</ul><blockquote>¿Pudo?</blockquote>");

	assert_string_equal(event->text, "Sí,\ngracias\n- uno\n- dos");
	assert_string_equal(json_str(event->detail, "quoted", ""), "> ¿Pudo?\n");
}

static void what_is_no_mail_or_has_no_bounds_is_refused(void **state)
{
	static const char *const all[] = {
		"", "[]", "{}", "{\"raw\":5}", "{\"raw\":\"\"}", "{\"raw\":\"Subject: sin remitente\\n\\nhola\"}", "{\"mail\":{}}",
		"{\"mail\":{\"from\":\"a@b\",\"text\":\"x\",\"files\":[{\"file_id\":0,\"name\":\"\",\"type\":\"\",\"size\":1}]}}",
	};
	struct vt_ctx *ctx = unit_ctx(state);
	struct channel_event *event;
	struct mime_mail *mail;
	struct strbuf deep;
	size_t count;

	for (size_t i = 0; i < VT_COUNT(all); i++) {
		assert_int_equal(channel_email.parse(ctx, all[i], strlen(all[i]), &event, &count), -1);
		vt_error_clear(ctx);
	}
	for (int levels = 30; levels <= 100000; levels *= 100) {
		strbuf_init(&deep, ctx->arena, 65536);
		strbuf_puts(&deep, "From: a@b.test\r\n");
		for (int i = 0; i < levels; i++)
			strbuf_printf(&deep, "Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n", i, i);
		assert_int_equal(mime_read(ctx, deep.data, deep.size, &mail), -1);
		assert_int_equal(ctx->error.code, VT_E_INVALID);
		vt_error_clear(ctx);
	}
}

static void a_mail_without_an_id_has_one_of_what_it_is(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	const char *first = fetched(ctx, "From: a@b.test\r\n\r\nhola")->provider_id;

	assert_int_equal(strncmp(first, "no-id:", 6), 0);
	assert_string_equal(first, fetched(ctx, "From: a@b.test\r\n\r\nhola")->provider_id);
	assert_string_not_equal(first, fetched(ctx, "From: a@b.test\r\n\r\nchau")->provider_id);
}

static void a_mail_to_an_address_of_a_queue_says_so(void **state)
{
	static const struct { const char *head, *queue; } all[] = {
		{ "To: Rentas <RENTAS@agencia.test>\r\n", "rentas" }, { "To: a@agencia.test\r\nCc: rentas@agencia.test\r\n", "rentas" },
		{ "Delivered-To: rentas@agencia.test\r\nTo: otra@x.test\r\n", "rentas" }, { "To: ventas@agencia.test\r\n", NULL },
	};
	struct vt_ctx *ctx = unit_ctx(state);
	struct json *settings = line(ctx, "a@agencia.test"), *addresses = json_new_array(ctx);

	json_append_str(addresses, "rentas@agencia.test=rentas");
	json_set_node(settings, "addresses", addresses);
	for (size_t i = 0; i < VT_COUNT(all); i++) {
		const struct mime_mail *mail = mail_of(ctx, arena_printf(ctx->arena, "%s" HEAD PLAIN "x", all[i].head));
		const struct channel_event *event = parsed(ctx, email_stored(ctx, mail, settings, NULL, 0), 1);
		assert_true(event->letter);
		if (!all[i].queue) {
			assert_null(event->queue);
			continue;
		}
		assert_string_equal(event->queue, all[i].queue);
		assert_string_equal(json_str(event->detail, "address", ""), "rentas@agencia.test");
	}
}

static void a_mail_that_cannot_be_taken_in_says_why(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	const char *raw = email_refused(ctx, "a mail of too many parts", "From: \xff", 7);
	struct channel_event *events;
	size_t count;

	assert_int_equal(channel_email.parse(ctx, raw, strlen(raw), &events, &count), -1);
	assert_int_equal(ctx->error.code, VT_E_INVALID);
	assert_string_equal(ctx->error.message, "a mail of too many parts");
	assert_non_null(strstr(raw, "From: "));
}

static void files_that_are_not_kept_are_named(void **state)
{
	const struct email_file files[] = { { 0, 10, "virus.exe", "x/y", "" }, { 8, 20, "b.png", "image/png", "f1" } };
	struct vt_ctx *ctx = unit_ctx(state);
	const struct channel_event *events = parsed(ctx, email_stored(ctx, mail_of(ctx, HEAD "Subject: Solo asunto\r\n" PLAIN ""),
							      line(ctx, ""), files, 2), 2);

	assert_string_equal(events[0].text, "Solo asunto");
	assert_string_equal(json_str(json_array_at(json_at(events[0].detail, "refused"), 0), "", ""), "virus.exe");
	assert_string_equal(json_str(json_array_at(json_at(events[0].detail, "files"), 0), "content_id", ""), "f1");
	assert_int_equal(events[1].file_id, 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT_TEST(a_mail_is_what_its_sender_said),
		UNIT_TEST(an_answer_goes_to_whom_the_mail_says),
		UNIT_TEST(a_charset_that_lies_or_is_unknown_still_reads),
		UNIT_TEST(attachments_and_images_within_are_listed),
		UNIT_TEST(each_stored_file_is_an_event_after_the_text),
		UNIT_TEST(the_quoted_tail_is_kept_apart),
		UNIT_TEST(who_answers_between_the_lines_is_read_whole),
		UNIT_TEST(a_machine_is_answered_by_nobody),
		UNIT_TEST(our_own_mail_that_comes_back_is_no_question),
		UNIT_TEST(an_answer_says_its_case_and_its_message),
		UNIT_TEST(what_came_back_is_a_failure_of_our_message),
		UNIT_TEST(what_is_only_late_or_of_others_fails_nothing),
		UNIT_TEST(html_keeps_nothing_that_calls_or_runs),
		UNIT_TEST(html_alone_becomes_text_whose_quotations_fold),
		UNIT_TEST(what_is_no_mail_or_has_no_bounds_is_refused),
		UNIT_TEST(a_mail_without_an_id_has_one_of_what_it_is),
		UNIT_TEST(a_mail_to_an_address_of_a_queue_says_so),
		UNIT_TEST(a_mail_that_cannot_be_taken_in_says_why),
		UNIT_TEST(files_that_are_not_kept_are_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
