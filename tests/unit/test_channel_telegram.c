/* Telegram: its updates become events, what goes out becomes its calls, its answers tell what to do. */
#include "outgoing.h"
#include "channel/telegram/telegram.h"

#define FROM "\"from\":{\"id\":501,\"is_bot\":false,\"first_name\":\"Ana\",\"last_name\":\"Ríos\",\"username\":\"anar\"}"
#define CHAT "\"chat\":{\"id\":501,\"type\":\"private\"}"
#define HEAD "\"message_id\":12," FROM "," CHAT ",\"date\":1795446000"
#define MESSAGE(rest) "{\"update_id\":9,\"message\":{" HEAD "," rest "}}"
#define TO "\"to\":{\"kind\":\"telegram\",\"value\":\"501\"}"
#define SETTINGS "{\"account\":\"arba_bot\",\"base\":\"https://tg.example/\",\"hook\":\"https://chat.example/hooks/tg-1\"}"

static const char *const secrets[] = { "token", "77:AAbbCC", "hook_token", "puerta-de-prueba-1", NULL };

static size_t parse(struct vt_ctx *ctx, const char *raw, struct channel_event **event)
{
	size_t count = 9;

	assert_int_equal(channel_telegram.parse(ctx, raw, strlen(raw), event, &count), 0);
	return count;
}

static const struct channel_event *parsed(struct vt_ctx *ctx, const char *raw)
{
	struct channel_event *event;

	assert_int_equal(parse(ctx, raw, &event), 1);
	return event;
}

static void passed_over(struct vt_ctx *ctx, const char *raw)
{
	struct channel_event *event;

	assert_int_equal(parse(ctx, raw, &event), 0);
}

static struct channel_message row(struct vt_ctx *ctx, const char *kind, const char *payload)
{
	return outgoing_row(ctx, kind, payload, SETTINGS, secrets);
}

static struct channel_result answered(struct vt_ctx *ctx, const char *kind, int status, const char *body)
{
	const struct channel_message message = row(ctx, kind, "{" TO "}");

	return outgoing_answer(ctx, &channel_telegram, &message, status, body, NULL);
}

/* --- in ------------------------------------------------------------------ */

static void a_line_comes_through_with_who_said_it_and_what_it_answers(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	const struct channel_event *event = parsed(ctx,
		MESSAGE("\"text\":\"  <b>¿Y?</b>\\n🦤\",\"reply_to_message\":{\"message_id\":8}"));

	assert_int_equal(event->kind, CHANNEL_TEXT);
	assert_string_equal(event->text, "  <b>¿Y?</b>\n🦤");
	assert_string_equal(event->identity_kind, "telegram");
	assert_string_equal(event->identity_value, "501");
	assert_string_equal(event->contact_name, "Ana Ríos");
	assert_string_equal(event->message_id, "12");
	assert_string_equal(event->provider_id, "501:12");
	assert_string_equal(event->reply_to, "8");
	assert_int_equal(event->sent_at_s, 1795446000);
}

static void a_photograph_is_its_largest_size_and_its_caption(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	const struct channel_event *event = parsed(ctx, MESSAGE("\"caption\":\"boleta\",\"photo\":["
		"{\"file_id\":\"small\",\"file_size\":10},{\"file_id\":\"large\",\"file_size\":999}]"));

	assert_string_equal(event->type, "photo");
	assert_string_equal(event->text, "boleta");
	assert_int_equal(event->media_count, 1);
	assert_string_equal(event->media->id, "large");
	assert_string_equal(event->media->kind, "image");
	assert_int_equal(event->media->size, 999);
}

static void every_kind_of_file_is_told_by_its_kind(void **state)
{
	static const struct { const char *type, *kind; } all[] = {
		{ "document", "document" }, { "video", "video" }, { "video_note", "video" }, { "audio", "audio" },
		{ "voice", "audio" }, { "sticker", "sticker" }, { "animation", "video" },
	};
	struct vt_ctx *ctx = unit_ctx(state);

	for (size_t i = 0; i < VT_COUNT(all); i++) {
		const struct channel_event *event = parsed(ctx, arena_printf(ctx->arena,
			MESSAGE("\"%s\":{\"file_id\":\"f\",\"mime_type\":\"a/b\",\"file_name\":\"n.x\","
				"\"file_size\":-4}"), all[i].type));
		assert_string_equal(event->type, all[i].type);
		assert_string_equal(event->media->kind, all[i].kind);
		assert_string_equal(event->media->id, "f");
		assert_string_equal(event->media->type, "a/b");
		assert_string_equal(event->media->name, "n.x");
		assert_int_equal(event->media->size, 0);
	}
	/* Telegram sends an animation as a document too. */
	assert_string_equal(parsed(ctx, MESSAGE("\"document\":{\"file_id\":\"f\"},"
						"\"animation\":{\"file_id\":\"f\"}"))->type, "animation");
}

static void a_place_has_its_numbers_and_a_venue_its_name(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	const struct channel_event *event = parsed(ctx,
		MESSAGE("\"location\":{\"latitude\":-34.9214,\"longitude\":-57.9545},"
			"\"venue\":{\"title\":\"ARBA\",\"address\":\"Calle 45\"}"));

	assert_string_equal(event->type, "venue");
	assert_string_equal(event->text, "ARBA, Calle 45");
	assert_true(event->has_place && event->latitude == -34.9214 && event->longitude == -57.9545);
	event = parsed(ctx, MESSAGE("\"location\":{\"latitude\":95,\"longitude\":0}"));
	assert_false(event->has_place);
}

static void only_their_own_number_is_vouched_for(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	const struct channel_event *own = parsed(ctx,
		MESSAGE("\"contact\":{\"phone_number\":\"+5492215550001\",\"user_id\":501}"));
	const struct channel_event *other = parsed(ctx,
		MESSAGE("\"contact\":{\"phone_number\":\"5492215550002\",\"first_name\":\"Juan\",\"user_id\":7}"));

	assert_string_equal(own->contact_phone, "5492215550001");
	assert_null(other->contact_phone);
	assert_string_equal(json_str(other->detail, "contacts.0", ""), "Juan 5492215550002");
}

static void what_we_cannot_show_is_told_by_its_type(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	const struct channel_event *event = parsed(ctx, MESSAGE("\"dice\":{\"emoji\":\"🎲\",\"value\":3}"));

	assert_int_equal(event->kind, CHANNEL_TEXT);
	assert_string_equal(event->type, "dice");
	assert_null(event->text);
	assert_string_equal(parsed(ctx, MESSAGE("\"hologram\":{}"))->type, "unsupported");
}

static void the_start_button_opens_the_chat_and_a_link_leaves_its_word(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	const struct channel_event *event = parsed(ctx, MESSAGE("\"text\":\"/start\""));

	assert_int_equal(event->kind, CHANNEL_OPEN);
	assert_null(event->text);
	assert_null(event->key);
	assert_string_equal(parsed(ctx, MESSAGE("\"text\":\"/start boleta-2026\""))->key, "boleta-2026");
	assert_int_equal(parsed(ctx, MESSAGE("\"text\":\"/starting\""))->kind, CHANNEL_TEXT);
}

static void an_edit_says_how_the_message_reads_now(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	const struct channel_event *event = parsed(ctx,
		"{\"update_id\":10,\"edited_message\":{" HEAD ",\"edit_date\":1795446060,\"text\":\"otra\"}}");

	assert_int_equal(event->kind, CHANNEL_EDIT);
	assert_string_equal(event->message_id, "12");
	assert_string_equal(event->text, "otra");
	assert_string_equal(event->provider_id, "update:10");
	passed_over(ctx, "{\"update_id\":10,\"edited_message\":{" HEAD ",\"location\":{\"latitude\":1,\"longitude\":1}}}");
}

static void a_button_has_its_key_the_menu_and_a_number_to_answer_it_by(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	const struct channel_event *event = parsed(ctx, "{\"update_id\":11,\"callback_query\":{\"id\":\"88\"," FROM
		",\"message\":{\"message_id\":5," CHAT "},\"data\":\"planes\"}}");

	assert_int_equal(event->kind, CHANNEL_POSTBACK);
	assert_string_equal(event->key, "planes");
	assert_string_equal(event->ref, "5");
	assert_string_equal(json_str(event->detail, "callback_id", ""), "88");
	assert_string_equal(event->provider_id, "update:11");
}

static void who_blocks_the_bot_and_who_lets_it_in_again_is_told(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	const struct channel_event *event = parsed(ctx, "{\"update_id\":12,\"my_chat_member\":{" FROM "," CHAT
		",\"date\":1795446000,\"new_chat_member\":{\"status\":\"kicked\"}}}");

	assert_int_equal(event->kind, CHANNEL_BLOCKED);
	assert_false(event->removed);
	event = parsed(ctx, "{\"update_id\":13,\"my_chat_member\":{" FROM "," CHAT
		       ",\"new_chat_member\":{\"status\":\"member\"}}}");
	assert_true(event->removed);
}

static void a_reaction_is_the_last_emoji_or_was_taken_back(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	const struct channel_event *event = parsed(ctx, "{\"update_id\":14,\"message_reaction\":{" CHAT
		",\"message_id\":3,\"user\":{\"id\":501},\"new_reaction\":[{\"type\":\"emoji\",\"emoji\":\"👍\"}]}}");

	assert_int_equal(event->kind, CHANNEL_REACTION);
	assert_string_equal(event->ref, "3");
	assert_string_equal(event->emoji, "👍");
	event = parsed(ctx, "{\"update_id\":15,\"message_reaction\":{" CHAT
		       ",\"message_id\":3,\"user\":{\"id\":501},\"new_reaction\":[]}}");
	assert_true(event->removed);
}

static void groups_notes_of_telegrams_and_unknown_updates_are_passed_over(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);

	passed_over(ctx, "{\"update_id\":1,\"message\":{\"message_id\":2," FROM
		    ",\"chat\":{\"id\":-100,\"type\":\"supergroup\"},\"text\":\"a\"}}");
	passed_over(ctx, MESSAGE("\"pinned_message\":{\"message_id\":3}"));
	passed_over(ctx, "{\"update_id\":1,\"channel_post\":{\"message_id\":2}}");
	passed_over(ctx, "{\"update_id\":1}");
	passed_over(ctx, "{\"update_id\":1,\"callback_query\":{\"id\":\"8\",\"game_short_name\":\"g\"}}");
}

static void what_telegram_never_sends_is_refused(void **state)
{
	static const char *const all[] = {
		"", "[]", "{}", "{\"update_id\":\"x\"}", "{\"update_id\":1,\"message\":{" CHAT ",\"text\":\"a\"}}",
		"{\"update_id\":1,\"message\":{" FROM "," CHAT ",\"text\":\"a\"}}",
		"{\"update_id\":1,\"message_reaction\":{" CHAT ",\"user\":{\"id\":501}}}",
	};
	struct vt_ctx *ctx = unit_ctx(state);
	struct channel_event *event;
	size_t count;

	for (size_t i = 0; i < VT_COUNT(all); i++) {
		assert_int_equal(channel_telegram.parse(ctx, all[i], strlen(all[i]), &event, &count), -1);
		assert_int_equal(ctx->error.code, VT_E_INVALID);
		vt_error_clear(ctx);
	}
}

/* --- the door ------------------------------------------------------------- */

static int verified(struct vt_ctx *ctx, const char *method, const char *given, const char *const *known)
{
	const char *const headers[] = { "X-Telegram-Bot-Api-Secret-Token", given, NULL };
	struct incoming parts = { .headers = given ? headers : NULL, .secrets = known };
	const struct channel_call call = incoming_call(method, "{}", &parts);
	int result = channel_telegram.verify(ctx, &call);

	if (result < 0)
		assert_int_equal(ctx->error.code, VT_E_FORBIDDEN);
	vt_error_clear(ctx);
	return result;
}

static void only_who_knows_the_secret_of_the_address_is_heard(void **state)
{
	static const char *const empty[] = { "hook_token", "", NULL };
	struct vt_ctx *ctx = unit_ctx(state);

	assert_int_equal(verified(ctx, "POST", "puerta-de-prueba-1", secrets), 0);
	assert_int_equal(verified(ctx, "POST", "puerta-de-prueba-2", secrets), -1);
	assert_int_equal(verified(ctx, "POST", "puerta-de-prueba-1x", secrets), -1);
	assert_int_equal(verified(ctx, "POST", NULL, secrets), -1);
	assert_int_equal(verified(ctx, "GET", "puerta-de-prueba-1", secrets), -1);
	assert_int_equal(verified(ctx, "POST", "x", NULL), -1);
	assert_int_equal(verified(ctx, "POST", "", empty), -1);
}

static void one_update_is_one_piece_in_its_senders_order(void **state)
{
	static const char body[] = MESSAGE("\"text\":\"hola\""), nothing[] = "{\"update_id\":1,\"poll\":{}}";
	struct vt_ctx *ctx = unit_ctx(state);
	struct channel_piece *pieces;
	struct incoming parts = { 0 };
	struct channel_call call = incoming_call("POST", body, &parts);
	size_t count;

	assert_int_equal(channel_telegram.split(ctx, &call, &pieces, &count), 0);
	assert_int_equal(count, 1);
	assert_string_equal(pieces->sender, "501");
	assert_memory_equal(pieces->raw, body, pieces->size);
	assert_null(pieces->account);
	call = incoming_call("POST", nothing, &parts);
	assert_int_equal(channel_telegram.split(ctx, &call, &pieces, &count), 0);
	assert_int_equal(count, 0);
}

/* --- out ------------------------------------------------------------------ */

static void says(struct vt_ctx *ctx, const char *kind, const char *payload, const char *method, const char *body)
{
	const struct channel_message message = row(ctx, kind, payload);
	const struct channel_request request = outgoing_call(ctx, &channel_telegram, &message);

	assert_string_equal(request.url, arena_printf(ctx->arena, "https://tg.example/bot77:AAbbCC/%s", method));
	assert_string_equal(request.body, body);
	assert_int_equal(request.body_size, strlen(body));
	assert_string_equal(request.headers[0], "Content-Type: application/json");
}

static void each_kind_of_row_is_its_method(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);

	says(ctx, "message", "{" TO ",\"text\":\"Hola *vos*_\",\"human\":true}", "sendMessage",
	     "{\"chat_id\":501,\"text\":\"Hola *vos*_\"}");
	says(ctx, "message", "{" TO ",\"text\":\"Sí\",\"quote\":{\"id\":\"12\"}}", "sendMessage",
	     "{\"chat_id\":501,\"reply_parameters\":{\"message_id\":12,\"allow_sending_without_reply\":true},"
	     "\"text\":\"Sí\"}");
	says(ctx, "edit", "{" TO ",\"id\":\"12\",\"text\":\"No\"}", "editMessageText",
	     "{\"chat_id\":501,\"message_id\":12,\"text\":\"No\"}");
	says(ctx, "delete", "{" TO ",\"id\":\"12\"}", "deleteMessage", "{\"chat_id\":501,\"message_id\":12}");
	says(ctx, "reaction", "{" TO ",\"id\":\"12\",\"emoji\":\"👍\"}", "setMessageReaction",
	     "{\"chat_id\":501,\"message_id\":12,\"reaction\":[{\"type\":\"emoji\",\"emoji\":\"👍\"}]}");
	says(ctx, "reaction", "{" TO ",\"id\":\"12\",\"emoji\":\"\"}", "setMessageReaction",
	     "{\"chat_id\":501,\"message_id\":12,\"reaction\":[]}");
	says(ctx, "typing", "{" TO "}", "sendChatAction", "{\"chat_id\":501,\"action\":\"typing\"}");
	says(ctx, "profile", "{" TO "}", "getChat", "{\"chat_id\":501}");
	says(ctx, "answered", "{" TO ",\"id\":\"88\"}", "answerCallbackQuery", "{\"callback_query_id\":\"88\"}");
	says(ctx, "check", "{}", "getMe", "{}");
}

static void a_menu_is_a_keyboard_and_numbers_where_a_key_does_not_fit(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	const char *key = "12345678901234567890123456789012345678901234567890123456789012345";

	says(ctx, "message", "{" TO ",\"text\":\"¿Qué?\",\"options\":[{\"key\":\"a\",\"label\":\"Planes\"},"
	     "{\"key\":\"b\",\"label\":\"Otra\"}]}", "sendMessage",
	     "{\"chat_id\":501,\"reply_markup\":{\"inline_keyboard\":[[{\"text\":\"Planes\",\"callback_data\":\"a\"}],"
	     "[{\"text\":\"Otra\",\"callback_data\":\"b\"}]]},\"text\":\"¿Qué?\"}");
	says(ctx, "message", arena_printf(ctx->arena, "{" TO ",\"text\":\"¿Qué?\",\"options\":[{\"key\":\"%s\","
					  "\"label\":\"Planes\"},{\"key\":\"b\",\"label\":\"Otra\"}]}", key), "sendMessage",
	     "{\"chat_id\":501,\"text\":\"¿Qué?\\n1. Planes\\n2. Otra\"}");
}

static void a_file_goes_by_the_method_of_its_type(void **state)
{
	static const struct { const char *type; int size; const char *method, *field; } all[] = {
		{ "image/jpeg", 1000, "sendPhoto", "photo" }, { "image/jpeg", 11000000, "sendDocument", "document" },
		{ "image/gif", 1000, "sendAnimation", "animation" }, { "video/mp4", 1000, "sendVideo", "video" },
		{ "audio/mpeg", 1000, "sendAudio", "audio" }, { "audio/ogg", 1000, "sendVoice", "voice" },
		{ "application/pdf", 1000, "sendDocument", "document" },
	};
	struct vt_ctx *ctx = unit_ctx(state);

	for (size_t i = 0; i < VT_COUNT(all); i++) {
		const struct channel_message message = row(ctx, "message", arena_printf(ctx->arena,
			"{" TO ",\"text\":\"Va\",\"file\":{\"id\":4,\"name\":\"a.b\",\"type\":\"%s\",\"size\":%d}}",
			all[i].type, all[i].size));
		const struct channel_request request = outgoing_call(ctx, &channel_telegram, &message);
		assert_non_null(strstr(request.url, all[i].method));
		assert_true(request.with_file);
		assert_non_null(strstr(request.body, "name=\"chat_id\"\r\n\r\n501\r\n"));
		assert_non_null(strstr(request.body, "name=\"caption\"\r\n\r\nVa\r\n"));
		assert_non_null(strstr(request.body, arena_printf(ctx->arena, "name=\"%s\"; filename=\"a.b\"", all[i].field)));
		assert_non_null(strstr(request.headers[0], "multipart/form-data"));
	}
}

static void a_file_that_is_there_already_goes_by_its_name(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct channel_message message = row(ctx, "message",
		"{" TO ",\"file\":{\"id\":4,\"name\":\"a.pdf\",\"type\":\"application/pdf\",\"size\":9}}");

	message.media_id = "BQAC1";
	const struct channel_request request = outgoing_call(ctx, &channel_telegram, &message);
	assert_string_equal(request.body, "{\"chat_id\":501,\"document\":\"BQAC1\"}");
	assert_false(request.with_file);
}

static void a_file_of_theirs_is_found_and_then_fetched(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct channel_message message = row(ctx, "fetch", "{\"id\":\"AgAC\"}");
	struct channel_request request = outgoing_call(ctx, &channel_telegram, &message);
	struct channel_result result;

	assert_string_equal(request.body, "{\"file_id\":\"AgAC\"}");
	result = outgoing_answer(ctx, &channel_telegram, &message, 200,
				 "{\"ok\":true,\"result\":{\"file_id\":\"AgAC\",\"file_path\":\"photos/file_1.jpg\"}}", NULL);
	assert_int_equal(result.outcome, CHANNEL_NEXT);
	message.step = 1;
	message.memory = result.memory;
	request = outgoing_call(ctx, &channel_telegram, &message);
	assert_string_equal(request.url, "https://tg.example/file/bot77:AAbbCC/photos/file_1.jpg");
	assert_string_equal(request.method, "GET");
	assert_true(request.saves);
	assert_int_equal(outgoing_answer(ctx, &channel_telegram, &message, 200, "", NULL).outcome, CHANNEL_SENT);
	result = outgoing_answer(ctx, &channel_telegram, &message, 404, "gone", NULL);
	assert_int_equal(result.outcome, CHANNEL_REFUSED);
	assert_int_equal(result.fault, CHANNEL_FAULT_MEDIA);
}

static void a_place_that_leads_elsewhere_is_not_followed(void **state)
{
	static const char *const paths[] = { "../bot1/getMe", "/etc/passwd", "a?b", "a b", "" };
	struct vt_ctx *ctx = unit_ctx(state);
	const struct channel_message message = row(ctx, "fetch", "{\"id\":\"AgAC\"}");
	struct channel_result result;

	for (size_t i = 0; i < VT_COUNT(paths); i++) {
		const char *body = arena_printf(ctx->arena, "{\"ok\":true,\"result\":{\"file_path\":\"%s\"}}", paths[i]);
		const struct channel_answer answer = { .status = 200, .header = outgoing_header, .body = body, .size = strlen(body) };
		assert_int_equal(channel_telegram.result(ctx, &message, &answer, &result), -1);
		vt_error_clear(ctx);
	}
}

static void what_does_not_fit_or_does_not_exist_is_refused(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	char *text = arena_alloc(ctx->arena, TELEGRAM_TEXT_MAX + 2);
	struct channel_message message;

	memset(text, 'a', TELEGRAM_TEXT_MAX + 1);
	message = row(ctx, "message", arena_printf(ctx->arena, "{" TO ",\"text\":\"%s\"}", text));
	outgoing_refused(ctx, &channel_telegram, &message);
	message = row(ctx, "message", "{" TO ",\"text\":\"\"}");
	outgoing_refused(ctx, &channel_telegram, &message);
	message = row(ctx, "message", "{\"to\":{\"value\":\"@ana\"},\"text\":\"a\"}");
	outgoing_refused(ctx, &channel_telegram, &message);
	message = row(ctx, "template", "{" TO "}");
	outgoing_refused(ctx, &channel_telegram, &message);
	message = row(ctx, "read", "{" TO ",\"id\":\"1\"}");
	outgoing_refused(ctx, &channel_telegram, &message);
	message = outgoing_row(ctx, "message", "{" TO ",\"text\":\"a\"}", SETTINGS, NULL);
	outgoing_refused(ctx, &channel_telegram, &message);
}

static void what_was_accepted_has_its_number_and_its_file_a_name(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct channel_result result = answered(ctx, "message", 200, "{\"ok\":true,\"result\":{\"message_id\":40}}");

	assert_int_equal(result.outcome, CHANNEL_SENT);
	assert_string_equal(result.provider_id, "40");
	assert_null(result.media_id);
	result = answered(ctx, "message", 200, "{\"ok\":true,\"result\":{\"message_id\":41,\"photo\":["
			  "{\"file_id\":\"s\"},{\"file_id\":\"L\"}]}}");
	assert_string_equal(result.media_id, "L");
	assert_true(result.media_s > 0);
}

static void each_refusal_says_whose_fault_it_is(void **state)
{
	static const struct { int status; const char *description; enum channel_outcome outcome; enum channel_fault fault; } all[] = {
		{ 429, "Too Many Requests: retry after 7", CHANNEL_RETRY, CHANNEL_FAULT_RATE },
		{ 500, "Internal Server Error", CHANNEL_RETRY, CHANNEL_FAULT_SERVER },
		{ 401, "Unauthorized", CHANNEL_REFUSED, CHANNEL_FAULT_LINE },
		{ 404, "Not Found", CHANNEL_REFUSED, CHANNEL_FAULT_LINE },
		{ 403, "Forbidden: bot was blocked by the user", CHANNEL_REFUSED, CHANNEL_FAULT_BLOCKED },
		{ 403, "Forbidden: user is deactivated", CHANNEL_REFUSED, CHANNEL_FAULT_RECIPIENT },
		{ 400, "Bad Request: chat not found", CHANNEL_REFUSED, CHANNEL_FAULT_RECIPIENT },
		{ 400, "Bad Request: wrong file identifier/HTTP URL specified", CHANNEL_REFUSED, CHANNEL_FAULT_MEDIA },
		{ 413, "Request Entity Too Large", CHANNEL_REFUSED, CHANNEL_FAULT_MEDIA },
		{ 400, "Bad Request: message can't be deleted", CHANNEL_REFUSED, CHANNEL_FAULT_MESSAGE },
	};
	struct vt_ctx *ctx = unit_ctx(state);

	for (size_t i = 0; i < VT_COUNT(all); i++) {
		struct channel_result result = answered(ctx, "message", all[i].status, arena_printf(ctx->arena,
			"{\"ok\":false,\"error_code\":%d,\"description\":\"%s\",\"parameters\":{\"retry_after\":7}}",
			all[i].status, all[i].description));
		assert_int_equal(result.outcome, all[i].outcome);
		assert_int_equal(result.fault, all[i].fault);
		assert_string_equal(result.error, all[i].description);
		assert_int_equal(result.retry_after_s, all[i].status == 429 ? 7 : 0);
	}
	assert_int_equal(answered(ctx, "message", 502, "<html>").fault, CHANNEL_FAULT_SERVER);
}

static void what_is_so_already_is_done(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);

	assert_int_equal(answered(ctx, "edit", 400, "{\"description\":\"Bad Request: message is not modified\"}").outcome,
			 CHANNEL_SENT);
	assert_int_equal(answered(ctx, "delete", 400,
				  "{\"description\":\"Bad Request: message to delete not found\"}").outcome, CHANNEL_SENT);
}

static void the_words_under_a_file_are_edited_as_its_caption(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct channel_message message = row(ctx, "edit", "{" TO ",\"id\":\"12\",\"text\":\"No\"}");

	assert_int_equal(outgoing_answer(ctx, &channel_telegram, &message, 400,
					 "{\"description\":\"Bad Request: there is no text in the message to edit\"}",
					 NULL).outcome, CHANNEL_NEXT);
	message.step = 1;
	const struct channel_request request = outgoing_call(ctx, &channel_telegram, &message);
	assert_non_null(strstr(request.url, "/editMessageCaption"));
	assert_string_equal(request.body, "{\"chat_id\":501,\"message_id\":12,\"caption\":\"No\"}");
}

static void a_check_finds_the_bot_and_brings_its_updates_to_our_address(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct channel_message message = row(ctx, "check", "{}");
	struct channel_result result = outgoing_answer(ctx, &channel_telegram, &message, 200,
		"{\"ok\":true,\"result\":{\"id\":77,\"username\":\"ARBA_bot\"}}", NULL);

	assert_int_equal(result.outcome, CHANNEL_NEXT);
	message.step = 1;
	message.memory = result.memory;
	const struct channel_request request = outgoing_call(ctx, &channel_telegram, &message);
	assert_non_null(strstr(request.url, "/setWebhook"));
	assert_string_equal(request.body, "{\"url\":\"https://chat.example/hooks/tg-1\","
			    "\"secret_token\":\"puerta-de-prueba-1\",\"allowed_updates\":[\"message\",\"edited_message\","
			    "\"callback_query\",\"my_chat_member\",\"message_reaction\"]}");
	result = outgoing_answer(ctx, &channel_telegram, &message, 200, "{\"ok\":true,\"result\":true}", NULL);
	assert_int_equal(result.outcome, CHANNEL_SENT);
	assert_string_equal(json_str(result.found, "text", ""), "@ARBA_bot");
	result = outgoing_answer(ctx, &channel_telegram, &message, 400,
				 "{\"description\":\"Bad Request: bad webhook: HTTPS url must be provided for webhook\"}", NULL);
	assert_int_equal(result.fault, CHANNEL_FAULT_LINE);
}

static void a_check_stops_at_another_bots_token_and_leaves_a_line_without_address(void **state)
{
	struct vt_ctx *ctx = unit_ctx(state);
	struct channel_message message = row(ctx, "check", "{}");
	struct channel_result result = outgoing_answer(ctx, &channel_telegram, &message, 200,
		"{\"ok\":true,\"result\":{\"id\":78,\"username\":\"other_bot\"}}", NULL);

	assert_int_equal(result.outcome, CHANNEL_REFUSED);
	assert_int_equal(result.fault, CHANNEL_FAULT_LINE);
	message = outgoing_row(ctx, "check", "{}", "{\"account\":\"@other_bot\"}", secrets);
	result = outgoing_answer(ctx, &channel_telegram, &message, 200,
				 "{\"ok\":true,\"result\":{\"id\":78,\"username\":\"other_bot\"}}", NULL);
	assert_int_equal(result.outcome, CHANNEL_SENT);
	assert_string_equal(outgoing_call(ctx, &channel_telegram, &message).url,
			    "https://api.telegram.org/bot77:AAbbCC/getMe");
}

static void settings_are_looked_at_when_they_are_written(void **state)
{
	(void)state;
	assert_null(channel_telegram.check("token", "123456:AAH-abcdefghijklmnopqrstuvwxyz_012345"));
	assert_string_equal(channel_telegram.check("token", "123456"), "error.channel.bot_token");
	assert_string_equal(channel_telegram.check("token", "123456:AAH abcdefghijklmnopqrstuvwxyz"), "error.channel.bot_token");
	assert_null(channel_telegram.check("hook_token", "puerta-de-prueba-1"));
	assert_string_equal(channel_telegram.check("hook_token", "corto"), "error.channel.hook_token");
	assert_string_equal(channel_telegram.check("hook_token", "con espacios y más"), "error.channel.hook_token");
	assert_null(channel_telegram.check("account", "arba_bot"));
	assert_string_equal(channel_telegram.check("account", "arba bot"), "error.channel.bot_name");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT_TEST(a_line_comes_through_with_who_said_it_and_what_it_answers),
		UNIT_TEST(a_photograph_is_its_largest_size_and_its_caption),
		UNIT_TEST(every_kind_of_file_is_told_by_its_kind),
		UNIT_TEST(a_place_has_its_numbers_and_a_venue_its_name),
		UNIT_TEST(only_their_own_number_is_vouched_for),
		UNIT_TEST(what_we_cannot_show_is_told_by_its_type),
		UNIT_TEST(the_start_button_opens_the_chat_and_a_link_leaves_its_word),
		UNIT_TEST(an_edit_says_how_the_message_reads_now),
		UNIT_TEST(a_button_has_its_key_the_menu_and_a_number_to_answer_it_by),
		UNIT_TEST(who_blocks_the_bot_and_who_lets_it_in_again_is_told),
		UNIT_TEST(a_reaction_is_the_last_emoji_or_was_taken_back),
		UNIT_TEST(groups_notes_of_telegrams_and_unknown_updates_are_passed_over),
		UNIT_TEST(what_telegram_never_sends_is_refused),
		UNIT_TEST(only_who_knows_the_secret_of_the_address_is_heard),
		UNIT_TEST(one_update_is_one_piece_in_its_senders_order),
		UNIT_TEST(each_kind_of_row_is_its_method),
		UNIT_TEST(a_menu_is_a_keyboard_and_numbers_where_a_key_does_not_fit),
		UNIT_TEST(a_file_goes_by_the_method_of_its_type),
		UNIT_TEST(a_file_that_is_there_already_goes_by_its_name),
		UNIT_TEST(a_file_of_theirs_is_found_and_then_fetched),
		UNIT_TEST(a_place_that_leads_elsewhere_is_not_followed),
		UNIT_TEST(what_does_not_fit_or_does_not_exist_is_refused),
		UNIT_TEST(what_was_accepted_has_its_number_and_its_file_a_name),
		UNIT_TEST(each_refusal_says_whose_fault_it_is),
		UNIT_TEST(what_is_so_already_is_done),
		UNIT_TEST(the_words_under_a_file_are_edited_as_its_caption),
		UNIT_TEST(a_check_finds_the_bot_and_brings_its_updates_to_our_address),
		UNIT_TEST(a_check_stops_at_another_bots_token_and_leaves_a_line_without_address),
		UNIT_TEST(settings_are_looked_at_when_they_are_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
