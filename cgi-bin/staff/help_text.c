/* A page's text on screen: where its links lead, and the pictures it shows. */
#include "base/vt.h"
#include "base/config.h"
#include "web/markdown.h"
#include "cgi-bin/staff/help.h"
#include "cgi-bin/staff/staff.h"

#include <endian.h>

#define SUFFIX ".md"
#define PICTURES "img/"
#define PICTURE_NAME_MAX 60
#define PICTURE_SIDE_MAX 10000
#define PICTURE_AGE_MAX_S 3600

struct picture { uint32_t width, height; };

/* An address beside a page, as its path in the manual: "asignar.md" in supervisor/ is "supervisor/asignar.md". */
static const char *from_top(struct vt_ctx *ctx, const char *key, const char *address)
{
	const char *dot = strchr(key, '.');

	if (!dot)
		return address;
	if (!strncmp(address, "../", 3))
		return address + 3;
	return arena_printf(ctx->arena, "%.*s/%s", (int)(dot - key), key, address);
}

static const char *link_address(struct vt_ctx *ctx, const void *key, const char *address)
{
	size_t size = strlen(address), tail = strlen(SUFFIX);

	if (size <= tail || strcmp(address + size - tail, SUFFIX) != 0)
		return address;
	const char *path = from_top(ctx, key, address);
	char *page = arena_strndup(ctx->arena, path, strlen(path) - tail);
	char *slash = strchr(page, '/');
	if (slash)
		*slash = '.';
	return help_page_key(ctx, page) ? arena_printf(ctx->arena, "/help/%s", page) : address;
}

/* Letters, numbers and hyphens, and ".png": no name leads out of the folder. */
static bool is_picture_name(const char *name)
{
	size_t stem = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-");

	return stem && stem <= PICTURE_NAME_MAX && !strcmp(name + stem, ".png");
}

/* How large a picture of the manual is; false: there is none of that name. A PNG begins with its signature and the
 * chunk IHDR, whose first two numbers are width and height (PNG 1.2, 11.2.2). */
static bool picture_open(struct vt_ctx *ctx, const char *name, struct picture *picture)
{
	static const char beginning[] = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
	char head[sizeof(beginning) - 1 + sizeof(*picture)];

	if (!is_picture_name(name))
		return false;
	FILE *file = fopen(arena_printf(ctx->arena, "%s/docs/manual/" PICTURES "%s",
					program_config()->share_directory, name), "re");
	if (!file)
		return false;
	bool whole = fread(head, 1, sizeof(head), file) == sizeof(head) &&
		     !memcmp(head, beginning, sizeof(beginning) - 1);
	fclose(file);
	if (!whole)
		return false;
	memcpy(picture, head + sizeof(beginning) - 1, sizeof(*picture));
	picture->width = be32toh(picture->width);
	picture->height = be32toh(picture->height);
	return picture->width <= PICTURE_SIDE_MAX && picture->height <= PICTURE_SIDE_MAX;
}

static int picture_html(struct vt_ctx *ctx, const void *key, const char *address, const char *text,
			struct strbuf *html)
{
	const char *path = from_top(ctx, key, address);
	bool ours = !strncmp(path, PICTURES, strlen(PICTURES));
	struct t_node *node = t_new(ctx);
	struct picture picture;

	t_set(node, "text", text);
	if (ours && picture_open(ctx, path + strlen(PICTURES), &picture)) {
		t_set(node, "address", arena_printf(ctx->arena, "/help/%s", path));
		t_set_i64(node, "width", picture.width);
		t_set_i64(node, "height", picture.height);
	}
	return template_render(ctx, "help/_picture.cs", node, html);
}

int help_text(struct vt_ctx *ctx, const char *key, const char *text, struct strbuf *out)
{
	const struct markdown_page page = { .data = key, .link = link_address, .picture = picture_html };

	return markdown_html(ctx, text, &page, out);
}

int help_picture(struct vt_ctx *ctx, struct request *request, struct response *response)
{
	const char *name = request_route(request, "id");
	struct picture picture;

	if (!picture_open(ctx, name, &picture))
		return vt_fail(ctx, VT_E_NOT_FOUND, "the manual has no such picture");
	response->content_type = "image/png";
	response_header(response, "Cache-Control", arena_printf(ctx->arena, "private, max-age=%d", PICTURE_AGE_MAX_S));
	response_accel(response, arena_printf(ctx->arena, "/internal/manual/%s", name));
	return 0;
}
