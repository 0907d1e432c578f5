#include "base/vt.h"
#include "web/markdown.h"

#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm.h>

#define HEADING_LEVEL_MAX 6

static void release_document(void *document)
{
	cmark_node_free(document);
}

static void release_parser(void *parser)
{
	cmark_parser_free(parser);
}

static void release_walk(void *walk)
{
	cmark_iter_free(walk);
}

/* The text with its tables; *extensions, which rendering wants too, live as long as the parser. */
static cmark_node *parse(struct vt_ctx *ctx, const char *text, cmark_llist **extensions)
{
	cmark_parser *parser;

	cmark_gfm_core_extensions_ensure_registered();
	parser = cmark_parser_new(CMARK_OPT_DEFAULT);
	arena_defer(ctx->arena, release_parser, parser);
	cmark_parser_attach_syntax_extension(parser, cmark_find_syntax_extension("table"));
	cmark_parser_feed(parser, text, strlen(text));
	cmark_node *document = cmark_parser_finish(parser);
	arena_defer(ctx->arena, release_document, document);
	*extensions = cmark_parser_get_syntax_extensions(parser);
	return document;
}

static cmark_iter *walk(struct vt_ctx *ctx, cmark_node *node)
{
	cmark_iter *walk = cmark_iter_new(node);

	arena_defer(ctx->arena, release_walk, walk);
	return walk;
}

const char *markdown_title(struct vt_ctx *ctx, const char *text)
{
	cmark_llist *extensions;

	for (cmark_node *node = cmark_node_first_child(parse(ctx, text, &extensions)); node; node = cmark_node_next(node)) {
		if (cmark_node_get_type(node) != CMARK_NODE_HEADING)
			continue;
		const char *literal = cmark_node_get_literal(cmark_node_first_child(node));
		return arena_strdup(ctx->arena, literal ? literal : "");
	}
	return "";
}

/* What a node says, without its marks. */
static const char *plain_text(struct vt_ctx *ctx, cmark_node *node)
{
	cmark_iter *parts = walk(ctx, node);
	struct strbuf out;

	strbuf_init(&out, ctx->arena, 0);
	while (cmark_iter_next(parts) != CMARK_EVENT_DONE) {
		cmark_node *part = cmark_iter_get_node(parts);
		const char *literal = cmark_node_get_literal(part);
		if (cmark_node_get_type(part) == CMARK_NODE_SOFTBREAK)
			strbuf_putc(&out, ' ');
		else if (literal)
			strbuf_puts(&out, literal);
	}
	return out.data;
}

/* The HTML of page stands where the library would have put a picture of its own. */
static int put_picture(struct vt_ctx *ctx, cmark_node *node, const struct markdown_page *page)
{
	struct strbuf html;

	strbuf_init(&html, ctx->arena, 0);
	if (page->picture(ctx, page->data, cmark_node_get_url(node), plain_text(ctx, node), &html) < 0)
		return -1;
	cmark_node *picture = cmark_node_new(CMARK_NODE_CUSTOM_INLINE);
	cmark_node_set_on_enter(picture, html.data);
	cmark_node_replace(node, picture);
	cmark_node_free(node);
	return 0;
}

static int put_addresses(struct vt_ctx *ctx, cmark_node *document, const struct markdown_page *page)
{
	cmark_iter *nodes = walk(ctx, document);

	/* At the end of a node nothing of it is still to come. */
	for (cmark_event_type event; (event = cmark_iter_next(nodes)) != CMARK_EVENT_DONE;) {
		cmark_node *node = cmark_iter_get_node(nodes);
		cmark_node_type type = cmark_node_get_type(node);
		if (event != CMARK_EVENT_EXIT)
			continue;
		if (type == CMARK_NODE_LINK)
			cmark_node_set_url(node, page->link(ctx, page->data, cmark_node_get_url(node)));
		else if (type == CMARK_NODE_IMAGE && put_picture(ctx, node, page) < 0)
			return -1;
	}
	return 0;
}

int markdown_html(struct vt_ctx *ctx, const char *text, const struct markdown_page *page, struct strbuf *out)
{
	cmark_llist *extensions;
	cmark_node *document = parse(ctx, text, &extensions);

	for (cmark_node *node = cmark_node_first_child(document); node; node = cmark_node_next(node)) {
		int level = cmark_node_get_heading_level(node);
		if (level && level < HEADING_LEVEL_MAX)
			cmark_node_set_heading_level(node, level + 1);
	}
	if (page && put_addresses(ctx, document, page) < 0)
		return -1;
	char *html = cmark_render_html(document, CMARK_OPT_DEFAULT, extensions);
	strbuf_puts(out, html);
	free(html);
	return 0;
}
