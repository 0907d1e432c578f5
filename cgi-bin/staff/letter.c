/* A mail with the form that its sender gave it: on a page of ours, in a frame that runs nothing and calls nobody. */
#include "base/vt.h"
#include "base/json.h"
#include "channel/email/html.h"
#include "conversation/file.h"
#include "web/format.h"
#include "cgi-bin/staff/desk.h"
#include "sql_letter.h"

#define FILES_SIZE_MAX ((size_t)256 * 1024)
#define SEQ_MAX INT32_MAX
#define IMAGES_MAX 1000
#define IMAGE_AGE_S 3600
/* Its images come with the session's cookie, which a frame of no origin does not send; no script runs all the same. */
#define LETTER_POLICY \
	"default-src 'none'; img-src 'self'; style-src 'self'; base-uri 'none'; form-action 'none'; " \
	"frame-ancestors 'self'; sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox"

/* Which mail is asked for. */
struct letter {
	int64_t id, seq;
};

static int letter_of(struct vt_ctx *ctx, const struct request *request, struct letter *out)
{
	if (request_route_id(ctx, request, "id", &out->id) < 0 || request_route_id(ctx, request, "seq", &out->seq) < 0)
		return -1;
	return out->seq <= SEQ_MAX ? 0 : vt_fail(ctx, VT_E_NOT_FOUND, "no such message");
}

static int ask(struct vt_ctx *ctx, const struct request *request, const struct letter *letter)
{
	return db_pipe_add(ctx, 0, &SQL_LETTER_OPEN, "ibbiit", STAFF_VIEWER(request->session), letter->id, letter->seq,
			   desk_opened_day(letter->id));
}

/* Those that the HTML may name, and where they are to be had. */
static int images(struct vt_ctx *ctx, const struct letter *letter, const char *text, struct html_image **out,
		  size_t *count)
{
	struct json *files;

	*count = 0;
	*out = NULL;
	if (!*text)
		return 0;
	if (json_parse(ctx, text, strlen(text), FILES_SIZE_MAX, &files) < 0)
		return -1;
	*out = arena_calloc(ctx->arena, json_array_size(files) + 1, sizeof(**out));
	for (size_t i = 0; i < json_array_size(files); i++) {
		const char *content_id = json_str(json_array_at(files, i), "content_id", "");
		if (*content_id)
			(*out)[(*count)++] = (struct html_image){ content_id, arena_printf(ctx->arena,
				"/desk/%" PRId64 "/mails/%" PRId64 "/images/%zu", letter->id, letter->seq, i + 1) };
	}
	return 0;
}

/* The HTML is cleaned once more than when it came: the rules of today hold for the mails of before. */
static int shown(struct vt_ctx *ctx, const struct letter *letter, const struct db_result *row, const char **html,
		 bool *blocked)
{
	struct html_image *list;
	size_t count;

	if (images(ctx, letter, db_text(row, 0, "files"), &list, &count) < 0)
		return -1;
	*html = html_shown(ctx, db_text(row, 0, "html"), list, count, blocked);
	return 0;
}

static int fill(struct vt_ctx *ctx, const struct request *request, const struct letter *letter,
		const struct db_result *row, struct t_node *page)
{
	const char *html, *to = db_text(row, 0, "address");
	bool blocked;

	if (shown(ctx, letter, row, &html, &blocked) < 0)
		return -1;
	t_set(page, "letter.href", arena_printf(ctx->arena, "/desk/%" PRId64 "/mails/%" PRId64 "/body", letter->id,
						letter->seq));
	t_set(page, "letter.back", arena_printf(ctx->arena, "/desk/%" PRId64, letter->id));
	t_set(page, "letter.subject", db_text(row, 0, "subject"));
	t_set(page, "letter.name", desk_contact_name(ctx, request->session, db_text(row, 0, "contact_name"),
						     db_i64(row, 0, "contact_id")));
	t_set(page, "letter.from", field_shown(ctx, &request->session->sight, FIELD_EMAIL, db_text(row, 0, "sender")));
	t_set(page, "letter.to", *to ? to : db_text(row, 0, "account"));
	t_set(page, "letter.at", format_date_time(ctx, db_time_us(row, 0, "created_at")));
	t_set_bool(page, "letter.formatted", *html);
	t_set_bool(page, "letter.blocked", blocked);
	t_set(page, "letter.text", db_text(row, 0, "body"));
	t_set(page, "letter.quoted", db_text_or_null(row, 0, "quoted"));
	return 0;
}

int letter_page(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	struct t_node *page = t_new(ctx);
	struct db_result **parts;
	struct letter letter;

	if (letter_of(ctx, request, &letter) < 0 || db_pipe_begin(ctx) < 0 || shell_ask(ctx, request) < 0 ||
	    ask(ctx, request, &letter) < 0 || db_pipe_run(ctx, &parts, NULL, NULL) < 0)
		return -1;
	if (!db_rows(parts[1]))
		return desk_absent(ctx, letter.id);
	shell_fill(ctx, request, parts[0], "desk", page);
	if (fill(ctx, request, &letter, parts[1], page) < 0)
		return -1;
	return staff_render(ctx, request, response, "letter/page.cs", "letter/_letter.cs", page);
}

int letter_body(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	struct db_result **parts;
	struct letter letter;
	const char *html;
	bool blocked;

	if (letter_of(ctx, request, &letter) < 0 || db_pipe_begin(ctx) < 0 || ask(ctx, request, &letter) < 0 ||
	    db_pipe_run(ctx, &parts, NULL, NULL) < 0)
		return -1;
	if (!db_rows(parts[0]) || db_is_null(parts[0], 0, "html"))
		return desk_absent(ctx, letter.id);
	if (shown(ctx, &letter, parts[0], &html, &blocked) < 0 ||
	    template_render(ctx, "letter/body_begin.cs", t_new(ctx), &response->body) < 0)
		return -1;
	response->policy = LETTER_POLICY;
	strbuf_puts(&response->body, html);
	return template_render(ctx, "letter/body_end.cs", t_new(ctx), &response->body);
}

int letter_image(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	struct db_result *row;
	struct letter letter;
	int64_t place;

	if (letter_of(ctx, request, &letter) < 0 || request_route_id(ctx, request, "place", &place) < 0)
		return -1;
	if (place > IMAGES_MAX)
		return vt_fail(ctx, VT_E_NOT_FOUND, "no such image");
	if (db_one(ctx, &row, &SQL_LETTER_IMAGE, "ibbiii", STAFF_VIEWER(request->session), letter.id, letter.seq,
		   place - 1) < 0)
		return -1;
	if (strncmp(db_text(row, 0, "media_type"), "image/", 6) != 0)
		return vt_fail(ctx, VT_E_NOT_FOUND, "no image");
	staff_file(ctx, response, row, IMAGE_AGE_S);
	return 0;
}
