#include "base/vt.h"

#include "base/strbuf.h"
#include "base/utf8.h"
#include "channel/email/html.h"

#include <libxml/HTMLparser.h>

#define DEPTH_MAX 100

enum { UNWRAP, DROP, KEEP };           /* what becomes of an element */

static const struct tag {
	const char *name;
	int fate;
	bool block, empty;
} tags[] = {
	{ "a", KEEP, false, false }, { "b", KEEP, false, false }, { "strong", KEEP, false, false },
	{ "i", KEEP, false, false }, { "em", KEEP, false, false }, { "u", KEEP, false, false },
	{ "s", KEEP, false, false }, { "sub", KEEP, false, false }, { "sup", KEEP, false, false },
	{ "span", KEEP, false, false }, { "code", KEEP, false, false }, { "br", KEEP, true, true },
	{ "img", KEEP, false, true }, { "hr", KEEP, true, true }, { "p", KEEP, true, false },
	{ "div", KEEP, true, false }, { "ul", KEEP, true, false }, { "ol", KEEP, true, false },
	{ "li", KEEP, true, false }, { "blockquote", KEEP, true, false }, { "pre", KEEP, true, false },
	{ "h1", KEEP, true, false }, { "h2", KEEP, true, false }, { "h3", KEEP, true, false },
	{ "h4", KEEP, true, false }, { "h5", KEEP, true, false }, { "h6", KEEP, true, false },
	{ "table", KEEP, true, false }, { "thead", KEEP, false, false }, { "tbody", KEEP, false, false },
	{ "tr", KEEP, true, false }, { "td", KEEP, false, false }, { "th", KEEP, false, false },
	{ "script", DROP, false, false }, { "style", DROP, false, false }, { "head", DROP, false, false },
	{ "title", DROP, false, false }, { "svg", DROP, false, false }, { "math", DROP, false, false },
	{ "template", DROP, false, false },
	/* Any other is left out, and what is in it stays: where one is never closed that is the rest of the mail. */
	{ "form", UNWRAP, true, false },
};

static const struct { const char *tag, *attribute; } attributes[] = {
	{ "a", "href" }, { "img", "alt" }, { "td", "colspan" },
	{ "td", "rowspan" }, { "th", "colspan" }, { "th", "rowspan" },
};

struct writer {
	struct strbuf out;
	int quoted;                    /* blockquotes around */
	bool plain, line_start, preformatted;
	const struct html_image *images; size_t image_count;
	bool shown, blocked;           /* for a page; an image of elsewhere was left out */
};

static void free_document(void *document)
{
	xmlFreeDoc(document);
}

static const struct tag *tag_of(const xmlNode *node)
{
	static const struct tag other = { "", UNWRAP, false, false };

	for (size_t i = 0; i < VT_COUNT(tags); i++) {
		if (!strcasecmp((const char *)node->name, tags[i].name))
			return &tags[i];
	}
	return &other;
}

static bool starts(const char *value, const char *scheme)
{
	return !strncasecmp(value, scheme, strlen(scheme));
}

static bool may_link(const char *value)
{
	return starts(value, "http://") || starts(value, "https://") || starts(value, "mailto:") ||
		starts(value, "tel:");
}

static bool may_stand(const char *attribute, const char *value)
{
	if (!strcmp(attribute, "href"))
		return may_link(value);
	if (strstr(attribute, "span"))
		return *value && strlen(value) < 4 && !value[strspn(value, "0123456789")];
	return true;
}

static void escape(struct strbuf *out, const char *text)
{
	for (; *text; text++) {
		switch (*text) {
		case '<': strbuf_puts(out, "&lt;"); break;
		case '>': strbuf_puts(out, "&gt;"); break;
		case '&': strbuf_puts(out, "&amp;"); break;
		case '"': strbuf_puts(out, "&quot;"); break;
		case '\'': strbuf_puts(out, "&#39;"); break;
		default: strbuf_putc(out, *text);
		}
	}
}

static int digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
}

/* Does "cid:logo%40casa" name this one? (RFC 2392) */
static bool names(const char *value, const char *content_id)
{
	value += strlen("cid:");
	for (; *value; value++, content_id++) {
		char c = *value;
		if (c == '%' && digit(value[1]) >= 0 && digit(value[2]) >= 0) {
			c = (char)(digit(value[1]) * 16 + digit(value[2]));
			value += 2;
		}
		if (c != *content_id)
			return false;
	}
	return !*content_id;
}

/* Where an image is to be had; NULL: nowhere, or not here. */
static const char *image_address(const struct writer *writer, const char *source)
{
	if (!source || !starts(source, "cid:"))
		return NULL;
	if (!writer->shown)
		return source;
	for (size_t i = 0; i < writer->image_count; i++) {
		if (names(source, writer->images[i].content_id))
			return writer->images[i].address;
	}
	return NULL;
}

static void write_attribute(struct writer *writer, const char *name, const char *value)
{
	strbuf_printf(&writer->out, " %s=\"", name);
	escape(&writer->out, value);
	strbuf_putc(&writer->out, '"');
}

static void write_image(struct writer *writer, const xmlNode *node)
{
	xmlChar *source = xmlGetProp(node, (const xmlChar *)"src");
	const char *address = image_address(writer, (const char *)source);

	if (address)
		write_attribute(writer, "src", address);
	else
		writer->blocked = true;
	xmlFree(source);
}

static void write_attributes(struct writer *writer, xmlNode *node, const struct tag *tag)
{
	if (!strcmp(tag->name, "img"))
		write_image(writer, node);
	for (size_t i = 0; i < VT_COUNT(attributes); i++) {
		if (strcmp(attributes[i].tag, tag->name) != 0)
			continue;
		xmlChar *value = xmlGetProp(node, (const xmlChar *)attributes[i].attribute);
		if (value && may_stand(attributes[i].attribute, (const char *)value)) {
			write_attribute(writer, attributes[i].attribute, (const char *)value);
			/* Where a link leads is told, whatever its words say. */
			if (!strcmp(attributes[i].attribute, "href"))
				write_attribute(writer, "title", (const char *)value);
		}
		xmlFree(value);
	}
	if (!strcmp(tag->name, "a"))
		strbuf_puts(&writer->out, " rel=\"noopener noreferrer nofollow\" target=\"_blank\"");
}

static void new_line(struct writer *writer)
{
	strbuf_putc(&writer->out, '\n');
	writer->line_start = true;
}

static void put_plain(struct writer *writer, const char *text)
{
	for (; *text; text++) {
		bool space = strchr(" \t\r\n", *text) != NULL;
		if (*text == '\n' && writer->preformatted) {
			new_line(writer);
			continue;
		}
		if (space && !writer->preformatted &&
		    (writer->line_start || (writer->out.size && writer->out.data[writer->out.size - 1] == ' ')))
			continue;
		for (int i = 0; writer->line_start && i < writer->quoted; i++)
			strbuf_puts(&writer->out, i + 1 < writer->quoted ? ">" : "> ");
		writer->line_start = false;
		strbuf_putc(&writer->out, space ? ' ' : *text);
	}
}

static void write_nodes(struct writer *writer, xmlNode *node, int depth);

static void open_plain(struct writer *writer, const struct tag *tag)
{
	if (tag->block && (!writer->line_start || !strcmp(tag->name, "br")) && writer->out.size)
		new_line(writer);
	if (!strcmp(tag->name, "li"))
		put_plain(writer, "- ");
	else if (!strcmp(tag->name, "td") || !strcmp(tag->name, "th"))
		put_plain(writer, " ");
}

static void write_plain(struct writer *writer, xmlNode *node, const struct tag *tag, int depth)
{
	bool quote = !strcmp(tag->name, "blockquote"), before = writer->preformatted;

	open_plain(writer, tag);
	writer->quoted += quote && writer->quoted < DEPTH_MAX;
	writer->preformatted = before || !strcmp(tag->name, "pre");
	write_nodes(writer, node->children, depth + 1);
	writer->preformatted = before;
	if (tag->block && !tag->empty && !writer->line_start)
		new_line(writer);
	if (!strcmp(tag->name, "p") && writer->out.size)
		new_line(writer);
	writer->quoted -= quote && writer->quoted > 0;
}

static void write_element(struct writer *writer, xmlNode *node, int depth)
{
	const struct tag *tag = tag_of(node);

	if (tag->fate == DROP)
		return;
	if (writer->plain) {
		write_plain(writer, node, tag, depth);
		return;
	}
	if (tag->fate == KEEP) {
		strbuf_printf(&writer->out, "<%s", tag->name);
		write_attributes(writer, node, tag);
		strbuf_putc(&writer->out, '>');
	}
	if (!tag->empty)
		write_nodes(writer, node->children, depth + 1);
	if (tag->fate == KEEP && !tag->empty)
		strbuf_printf(&writer->out, "</%s>", tag->name);
}

static void write_nodes(struct writer *writer, xmlNode *node, int depth)
{
	if (depth > DEPTH_MAX)
		return;
	for (; node; node = node->next) {
		if (node->type == XML_ELEMENT_NODE)
			write_element(writer, node, depth);
		else if (node->type == XML_TEXT_NODE && node->content && writer->plain)
			put_plain(writer, (const char *)node->content);
		else if (node->type == XML_TEXT_NODE && node->content)
			escape(&writer->out, (const char *)node->content);
	}
}

static const char *rewritten(struct vt_ctx *ctx, const char *html, struct writer *writer)
{
	const int options = HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_NONET;
	size_t size = strnlen(html, HTML_SIZE_MAX);
	xmlDoc *document = htmlReadMemory(html, (int)size, NULL, "UTF-8", options);

	strbuf_init(&writer->out, ctx->arena, size + 64);
	writer->line_start = true;
	if (document) {
		arena_defer(ctx->arena, free_document, document);
		write_nodes(writer, xmlDocGetRootElement(document), 0);
	}
	return utf8_repair(ctx->arena, writer->out.data, writer->out.size);
}

const char *html_safe(struct vt_ctx *ctx, const char *html)
{
	struct writer writer = { .plain = false };

	return rewritten(ctx, html, &writer);
}

const char *html_shown(struct vt_ctx *ctx, const char *html, const struct html_image *images, size_t count,
		       bool *blocked)
{
	struct writer writer = { .images = images, .image_count = count, .shown = true };
	const char *shown = rewritten(ctx, html, &writer);

	*blocked = writer.blocked;
	return shown;
}

const char *html_text(struct vt_ctx *ctx, const char *html)
{
	struct writer writer = { .plain = true };

	return rewritten(ctx, html, &writer);
}
