#include "base/vt.h"
#include "base/utf8.h"
#include "web/multipart.h"
#include "web/urlencoded.h"

#include <ctype.h>
#include <strings.h>

#define BOUNDARY_MAX 70            /* RFC 2046, 5.1.1 */
#define PART_HEADERS_MAX 8192
#define PARTS_MAX 256              /* with the empty file fields, which give nothing */
#define FILENAME_MAX_BYTES 200
#define CONTENT_TYPE_MAX 127       /* RFC 6838, 4.2: type and subtype */

struct slice {
	const char *data;
	size_t size;
};

struct part {
	const char *name;
	const char *filename;      /* NULL: a text */
	const char *content_type;
	struct slice content;
};

struct reader {
	struct vt_ctx *ctx;
	struct request *request;
	struct slice rest;
	char delimiter[4 + BOUNDARY_MAX + 1];    /* CR LF - - boundary */
	size_t text_size;
};

static int __attribute__((noinline)) malformed(struct vt_ctx *ctx, const char *what)
{
	return vt_fail_key(ctx, VT_E_INVALID, "error.malformed", "multipart: %s", what);
}

static void skip(struct slice *slice, size_t size)
{
	slice->data += size;
	slice->size -= size;
}

static bool starts_with(struct slice slice, const char *text)
{
	size_t length = strlen(text);

	return slice.size >= length && !memcmp(slice.data, text, length);
}

static void trim(struct slice *slice)
{
	while (slice->size && isspace((unsigned char)*slice->data))
		skip(slice, 1);
	while (slice->size && isspace((unsigned char)slice->data[slice->size - 1]))
		slice->size--;
}

static bool equals_ignoring_case(struct slice slice, const char *text)
{
	return slice.size == strlen(text) && !strncasecmp(slice.data, text, slice.size);
}

/* Take what stands before one of `stops` outside quotes, and the stop itself. */
static struct slice take_until(struct slice *rest, const char *stops)
{
	struct slice taken = { rest->data, 0 };
	bool quoted = false;

	while (taken.size < rest->size) {
		char c = rest->data[taken.size];

		if (c == '"')
			quoted = !quoted;
		else if (quoted && c == '\\' && taken.size + 1 < rest->size &&
			 rest->data[taken.size + 1] == '"')
			taken.size++;
		else if (!quoted && strchr(stops, c))
			break;
		taken.size++;
	}
	skip(rest, taken.size + (taken.size < rest->size));
	return taken;
}

/* A parameter's value without its quotes; \" inside them is a quote, any other \ is itself
 * (browsers send C:\name as it is). */
static char *unquote(struct arena *arena, struct slice value)
{
	char *out = arena_alloc(arena, value.size + 1);
	size_t size = 0;

	if (value.size < 2 || value.data[0] != '"' || value.data[value.size - 1] != '"') {
		memcpy(out, value.data, value.size);
		return out;
	}
	for (size_t i = 1; i + 1 < value.size; i++) {
		if (value.data[i] == '\\' && i + 2 < value.size && value.data[i + 1] == '"')
			i++;
		out[size++] = value.data[i];
	}
	return out;
}

/* The parameter of "type; name=value; ...", or NULL. */
static char *parameter(struct arena *arena, struct slice header, const char *name)
{
	take_until(&header, ";");
	while (header.size) {
		struct slice value = take_until(&header, ";");
		struct slice key = take_until(&value, "=");

		trim(&key);
		trim(&value);
		if (equals_ignoring_case(key, name))
			return unquote(arena, value);
	}
	return NULL;
}

/* RFC 8187: UTF-8''na%C3%AFve.txt. NULL for another charset or what is not UTF-8. */
static char *extended_value(struct arena *arena, const char *value)
{
	const char *text;
	char *decoded;
	size_t size;

	if (!value || strncasecmp(value, "UTF-8'", 6))
		return NULL;
	text = strchr(value + 6, '\'');
	if (!text)
		return NULL;
	decoded = arena_alloc(arena, strlen(text));
	size = urlencoded_decode(text + 1, strlen(text + 1), false, decoded);
	return utf8_valid(decoded, size) ? decoded : NULL;
}

/* Control characters, and those that turn the direction of reading so that "fdp.exe" shows as
 * "exe.pdf". */
static bool is_unprintable(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x61c || (c >= 0x200b && c <= 0x200f) ||
	       (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff;
}

/* The last step of a path of any system, printable and not too long. Browsers write quotes and
 * line ends in a name as %22, %0D and %0A (HTML, form submission). */
static const char *clean_filename(struct arena *arena, const char *path)
{
	const char *name = path, *end = path + strlen(path);
	char *out;
	size_t size = 0;

	for (; *path; path++) {
		if (*path == '/' || *path == '\\')
			name = path + 1;
	}
	out = arena_alloc(arena, (size_t)(end - name) + 4);
	while (name < end && size <= FILENAME_MAX_BYTES - 4) {
		uint32_t c;
		size_t length = utf8_decode(name, (size_t)(end - name), &c);

		if (!strncmp(name, "%22", 3)) {
			c = '"';
			length = 3;
		} else if (!strncasecmp(name, "%0d", 3) || !strncasecmp(name, "%0a", 3)) {
			c = '\n';
			length = 3;
		}
		if (!is_unprintable(c))
			size += utf8_encode(c, out + size);
		name += length;
	}
	out[size] = '\0';
	return !strcmp(out, ".") || !strcmp(out, "..") ? "" : out;
}

static int read_disposition(struct vt_ctx *ctx, struct slice header, struct part *part)
{
	struct slice rest = header;
	struct slice type = take_until(&rest, ";");
	const char *filename = parameter(ctx->arena, header, "filename");
	const char *extended = parameter(ctx->arena, header, "filename*");

	trim(&type);
	if (!equals_ignoring_case(type, "form-data"))
		return malformed(ctx, "not form-data");
	part->name = parameter(ctx->arena, header, "name");
	if (!part->name || !utf8_valid(header.data, header.size))
		return malformed(ctx, "name");
	extended = extended_value(ctx->arena, extended);
	if (extended)
		filename = extended;
	if (filename)
		part->filename = clean_filename(ctx->arena, filename);
	return 0;
}

static void read_content_type(struct vt_ctx *ctx, struct slice value, struct part *part)
{
	if (!value.size || value.size > CONTENT_TYPE_MAX)
		return;
	for (size_t i = 0; i < value.size; i++) {
		if (!isprint((unsigned char)value.data[i]))
			return;
	}
	part->content_type = arena_strndup(ctx->arena, value.data, value.size);
}

static int read_part_headers(struct vt_ctx *ctx, struct slice headers, struct part *part)
{
	while (headers.size) {
		const char *end = memmem(headers.data, headers.size, "\r\n", 2);
		struct slice line = { headers.data,
				      end ? (size_t)(end - headers.data) : headers.size };
		struct slice name;

		skip(&headers, end ? line.size + 2 : line.size);
		name = take_until(&line, ":");
		trim(&name);
		trim(&line);
		if (equals_ignoring_case(name, "content-disposition") &&
		    read_disposition(ctx, line, part) < 0)
			return -1;
		if (equals_ignoring_case(name, "content-type"))
			read_content_type(ctx, line, part);
	}
	return part->name ? 0 : malformed(ctx, "a part without name");
}

static int add_text(struct reader *reader, const struct part *part)
{
	struct pairs *form = &reader->request->form;
	struct slice text = part->content;

	reader->text_size += text.size;
	if (reader->text_size > REQUEST_TEXT_MAX)
		return vt_fail(reader->ctx, VT_E_TOO_LARGE, "form texts of more than %zu bytes",
			       REQUEST_TEXT_MAX);
	if (form->count == REQUEST_PAIRS_MAX)
		return malformed(reader->ctx, "too many fields");
	if (!utf8_valid(text.data, text.size))
		return malformed(reader->ctx, "not UTF-8");
	form->items[form->count++] = (struct pair){
		part->name, arena_strndup(reader->ctx->arena, text.data, text.size),
	};
	return 0;
}

static int add_upload(struct reader *reader, const struct part *part)
{
	struct request *request = reader->request;

	if (!*part->filename && !part->content.size)
		return 0;
	if (request->upload_count == REQUEST_UPLOADS_MAX)
		return malformed(reader->ctx, "too many files");
	request->uploads[request->upload_count++] = (struct upload){
		.field = part->name,
		.filename = part->filename,
		.content_type = part->content_type ? part->content_type
						   : "application/octet-stream",
		.data = (const uint8_t *)part->content.data,
		.size = part->content.size,
	};
	return 0;
}

/* Behind a delimiter: "--" closes the body, a line end opens a part. */
static int after_delimiter(struct reader *reader, bool *last)
{
	struct slice *rest = &reader->rest;

	*last = starts_with(*rest, "--");
	if (*last)
		return 0;
	while (rest->size && (*rest->data == ' ' || *rest->data == '\t'))
		skip(rest, 1);
	if (!starts_with(*rest, "\r\n"))
		return malformed(reader->ctx, "delimiter");
	skip(rest, 2);
	return 0;
}

/* Move behind the next delimiter; before is what stood in front of it. */
static int find_delimiter(struct reader *reader, struct slice *before)
{
	struct slice *rest = &reader->rest;
	const char *found = memmem(rest->data, rest->size, reader->delimiter,
				   strlen(reader->delimiter));

	if (!found)
		return malformed(reader->ctx, "cut off");
	*before = (struct slice){ rest->data, (size_t)(found - rest->data) };
	skip(rest, before->size + strlen(reader->delimiter));
	return 0;
}

static int read_part(struct reader *reader)
{
	struct slice *rest = &reader->rest;
	struct slice headers = { rest->data, 0 };
	struct part part = { 0 };
	const char *end;

	end = memmem(rest->data, rest->size < PART_HEADERS_MAX ? rest->size : PART_HEADERS_MAX,
		     "\r\n\r\n", 4);
	if (!end)
		return malformed(reader->ctx, "part headers");
	headers.size = (size_t)(end - rest->data);
	skip(rest, headers.size + 4);
	if (read_part_headers(reader->ctx, headers, &part) < 0 ||
	    find_delimiter(reader, &part.content) < 0)
		return -1;
	return part.filename ? add_upload(reader, &part) : add_text(reader, &part);
}

static int read_boundary(struct reader *reader)
{
	const char *type = reader->request->content_type;
	const char *boundary = parameter(reader->ctx->arena, (struct slice){ type, strlen(type) },
					 "boundary");

	if (!boundary || !*boundary || strlen(boundary) > BOUNDARY_MAX)
		return malformed(reader->ctx, "boundary");
	snprintf(reader->delimiter, sizeof(reader->delimiter), "\r\n--%s", boundary);
	return 0;
}

int multipart_parse(struct vt_ctx *ctx, struct request *request)
{
	struct reader reader = { .ctx = ctx, .request = request };
	struct slice preamble;
	bool last;

	reader.rest = (struct slice){ (const char *)request->body, request->body_size };
	request->form.items = arena_calloc(ctx->arena, REQUEST_PAIRS_MAX, sizeof(struct pair));
	request->uploads = arena_calloc(ctx->arena, REQUEST_UPLOADS_MAX, sizeof(struct upload));
	if (read_boundary(&reader) < 0)
		return -1;
	/* the first delimiter may stand at the very beginning, without its line end */
	if (starts_with(reader.rest, reader.delimiter + 2))
		skip(&reader.rest, strlen(reader.delimiter) - 2);
	else if (find_delimiter(&reader, &preamble) < 0)
		return -1;
	for (int parts = 0; parts <= PARTS_MAX; parts++) {
		if (after_delimiter(&reader, &last) < 0)
			return -1;
		if (last)
			return 0;
		if (read_part(&reader) < 0)
			return -1;
	}
	return malformed(ctx, "too many parts");
}
