#include "base/vt.h"

/* json-c has a type of the name of our function */
#define json_bool json_c_bool
#include <json-c/json.h>
#undef json_bool
#include <math.h>

#include "base/id.h"
#include "base/json.h"
#include "base/utf8.h"

/* Whole numbers up to here are exact in a double. */
#define EXACT_DOUBLE 9007199254740992.0
#define FRACTION_TEXT_MAX 40
#define PATH_PART_MAX 128

/* A node is json-c's, by another name; null is NULL in both. */
static struct json_object *inner(struct json *node)
{
	return (struct json_object *)node;
}

static struct json *outer(struct json_object *object)
{
	return (struct json *)object;
}

static void release(void *object)
{
	json_object_put(object);
}

static struct json *owned(struct vt_ctx *ctx, struct json_object *object)
{
	VT_BUG_ON(!object);
	arena_defer(ctx->arena, release, object);
	return outer(object);
}

/*
 * A copy of the text without the escape \u0000, which neither C nor PostgreSQL
 * can keep. NULL for what json-c lets pass though it is not JSON: names and
 * strings in apostrophes, control characters within strings.
 */
static const char *screen(struct vt_ctx *ctx, const char *text, size_t *size)
{
	static const char escape[] = "\\u0000";
	char *out = arena_alloc(ctx->arena, *size + 1);
	size_t length = strlen(escape), kept = 0;
	bool in_string = false;

	for (size_t i = 0; i < *size;) {
		if (in_string ? (unsigned char)text[i] < 0x20 : text[i] == '\'')
			return NULL;
		if (text[i] == '"')
			in_string = !in_string;
		if (in_string && text[i] == '\\') {
			if (*size - i >= length && !memcmp(text + i, escape, length)) {
				i += length;
				continue;
			}
			/* a backslash goes with what it escapes: "\\u0000" is six letters */
			out[kept++] = text[i++];
			if (i == *size)
				break;
		}
		out[kept++] = text[i++];
	}
	*size = kept;
	return out;
}

static const char *skip_digits(const char *text)
{
	return text + strspn(text, "0123456789");
}

/* A fraction as JSON and PostgreSQL's numeric take it; json-c keeps its text as it came. */
static bool fraction_valid(struct json_object *object)
{
	const char *text = json_object_to_json_string(object), *start;

	if (!isfinite(json_object_get_double(object)) || strlen(text) > FRACTION_TEXT_MAX)
		return false;
	text += *text == '-';
	start = text;
	text = skip_digits(text);
	if (text == start || (*start == '0' && text - start > 1))
		return false;
	if (*text == '.') {
		start = ++text;
		text = skip_digits(text);
		if (text == start)
			return false;
	}
	if (*text == 'e' || *text == 'E') {
		text++;
		text += *text == '-' || *text == '+';
		start = text;
		text = skip_digits(text);
		if (text == start || text - start > 3)
			return false;
	}
	return !*text;
}

/* What is wrong with a tree that json-c took, or NULL. */
static const char *tree_fault(struct json_object *object, int depth)
{
	const char *fault = NULL;

	switch (json_object_get_type(object)) {
	case json_type_double:
		return fraction_valid(object) ? NULL : "number malformed or out of range";
	case json_type_array:
		if (depth == JSON_DEPTH_MAX)
			return "nested too deep";
		for (size_t i = 0; !fault && i < json_object_array_length(object); i++)
			fault = tree_fault(json_object_array_get_idx(object, i), depth + 1);
		return fault;
	case json_type_object:
		if (depth == JSON_DEPTH_MAX)
			return "nested too deep";
		json_object_object_foreach(object, name, value) {
			(void)name;
			fault = tree_fault(value, depth + 1);
			if (fault)
				return fault;
		}
		return NULL;
	case json_type_null:
	case json_type_boolean:
	case json_type_int:
	case json_type_string:
		return NULL;
	}
	return "of unknown type";
}

int json_parse(struct vt_ctx *ctx, const char *text, size_t size, size_t size_max,
	       struct json **out)
{
	struct json_tokener *tokener;
	struct json_object *object;
	const char *fault = NULL;

	*out = NULL;
	if (size > size_max || size >= INT32_MAX)
		return vt_fail(ctx, VT_E_TOO_LARGE, "JSON of %zu bytes, at most %zu", size,
			       size_max);
	if (!utf8_valid(text, size))
		return vt_fail(ctx, VT_E_INVALID, "JSON is not UTF-8");
	text = screen(ctx, text, &size);
	if (!text)
		return vt_fail(ctx, VT_E_INVALID, "not JSON: apostrophe or control character");

	tokener = json_tokener_new_ex(JSON_DEPTH_MAX + 1);
	VT_BUG_ON(!tokener);
	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT);
	/* with its NUL, so that a number at the end is known to end */
	object = json_tokener_parse_ex(tokener, text, (int)size + 1);
	if (json_tokener_get_error(tokener) != json_tokener_success)
		fault = json_tokener_error_desc(json_tokener_get_error(tokener));
	json_tokener_free(tokener);
	if (object)
		*out = owned(ctx, object);
	if (!fault)
		fault = tree_fault(object, 0);
	if (fault) {
		*out = NULL;
		return vt_fail(ctx, VT_E_INVALID, "not JSON: %s", fault);
	}
	return 0;
}

static struct json_object *step(struct json_object *node, const char *name)
{
	struct json_object *child = NULL;
	int64_t index;

	if (json_object_is_type(node, json_type_object))
		json_object_object_get_ex(node, name, &child);
	else if (json_object_is_type(node, json_type_array) &&
		 !id_parse(name, 0, INT32_MAX, &index))
		child = json_object_array_get_idx(node, (size_t)index);
	return child;
}

struct json *json_at(struct json *node, const char *path)
{
	struct json_object *object = inner(node);
	char name[PATH_PART_MAX];

	while (*path && object) {
		size_t length = strcspn(path, ".");

		VT_BUG_ON(length >= sizeof(name));
		memcpy(name, path, length);
		name[length] = '\0';
		object = step(object, name);
		path += length;
		path += *path == '.';
	}
	return outer(object);
}

bool json_is_object(struct json *node)
{
	return json_object_is_type(inner(node), json_type_object);
}

bool json_is_array(struct json *node)
{
	return json_object_is_type(inner(node), json_type_array);
}

bool json_is_string(struct json *node)
{
	return json_object_is_type(inner(node), json_type_string);
}

bool json_is_null(struct json *node)
{
	return !node;
}

const char *json_str(struct json *node, const char *path, const char *fallback)
{
	struct json *found = json_at(node, path);

	return json_is_string(found) ? json_object_get_string(inner(found)) : fallback;
}

/* The whole number a node holds, also as 12.0 or as the text "12". */
static bool whole_number(struct json_object *object, int64_t *out)
{
	double number;

	switch (json_object_get_type(object)) {
	case json_type_int:
		*out = json_object_get_int64(object);
		return json_object_get_uint64(object) <= INT64_MAX || *out < 0;
	case json_type_double:
		number = json_object_get_double(object);
		if (number != floor(number) || fabs(number) > EXACT_DOUBLE)
			return false;
		*out = (int64_t)number;
		return true;
	case json_type_string:
		return !id_parse(json_object_get_string(object), INT64_MIN, INT64_MAX, out);
	case json_type_null:
	case json_type_boolean:
	case json_type_object:
	case json_type_array:
		return false;
	}
	return false;
}

int64_t json_i64(struct json *node, const char *path, int64_t fallback)
{
	int64_t value;

	return whole_number(inner(json_at(node, path)), &value) ? value : fallback;
}

double json_double(struct json *node, const char *path, double fallback)
{
	struct json_object *found = inner(json_at(node, path));
	char *end = NULL;
	double value;

	if (json_object_is_type(found, json_type_int) || json_object_is_type(found, json_type_double))
		value = json_object_get_double(found);
	else if (json_object_is_type(found, json_type_string) && *json_object_get_string(found))
		value = strtod(json_object_get_string(found), &end);
	else
		return fallback;
	return isfinite(value) && (!end || !*end) ? value : fallback;
}

bool json_bool(struct json *node, const char *path, bool fallback)
{
	struct json_object *found = inner(json_at(node, path));

	if (!json_object_is_type(found, json_type_boolean))
		return fallback;
	return json_object_get_boolean(found);
}

int json_str_req(struct vt_ctx *ctx, struct json *node, const char *path, size_t max,
		 const char **out)
{
	struct json *found = json_at(node, path);

	if (!found)
		return vt_fail(ctx, VT_E_INVALID, "JSON: %s is missing", path);
	if (!json_is_string(found))
		return vt_fail(ctx, VT_E_INVALID, "JSON: %s is not a string", path);
	if (max && (size_t)json_object_get_string_len(inner(found)) > max)
		return vt_fail(ctx, VT_E_INVALID, "JSON: %s is longer than %zu bytes", path, max);
	*out = json_object_get_string(inner(found));
	return 0;
}

int json_i64_req(struct vt_ctx *ctx, struct json *node, const char *path, int64_t *out)
{
	struct json *found = json_at(node, path);

	if (!found)
		return vt_fail(ctx, VT_E_INVALID, "JSON: %s is missing", path);
	if (!whole_number(inner(found), out))
		return vt_fail(ctx, VT_E_INVALID, "JSON: %s is not a whole number", path);
	return 0;
}

size_t json_array_size(struct json *node)
{
	return json_is_array(node) ? json_object_array_length(inner(node)) : 0;
}

struct json *json_array_at(struct json *node, size_t index)
{
	return json_is_array(node) ? outer(json_object_array_get_idx(inner(node), index)) : NULL;
}

bool json_object_next(struct json *object, void **cursor, struct json_member *member)
{
	struct lh_entry *entry = *cursor;

	if (!json_is_object(object))
		return false;
	entry = entry ? lh_entry_next(entry) : lh_table_head(json_object_get_object(inner(object)));
	if (!entry)
		return false;
	*cursor = entry;
	member->name = lh_entry_k(entry);
	member->value = lh_entry_v(entry);
	return true;
}

bool json_object_find(struct json *object, const char *name, struct json **value)
{
	struct json_object *found = NULL;

	*value = NULL;
	if (!json_is_object(object) ||
	    !json_object_object_get_ex(inner(object), name, &found))
		return false;
	*value = outer(found);
	return true;
}

struct json *json_new_object(struct vt_ctx *ctx)
{
	return owned(ctx, json_object_new_object());
}

struct json *json_new_array(struct vt_ctx *ctx)
{
	return owned(ctx, json_object_new_array());
}

/* The parent takes over the reference to value. */
static void put_member(struct json *object, const char *name, struct json_object *value)
{
	VT_BUG_ON(!json_is_object(object));
	VT_BUG_ON(json_object_object_add(inner(object), name, value));
}

static void put_element(struct json *array, struct json_object *value)
{
	VT_BUG_ON(!json_is_array(array));
	VT_BUG_ON(json_object_array_add(inner(array), value));
}

static struct json_object *new_string(const char *value)
{
	struct json_object *object = NULL;

	if (value) {
		object = json_object_new_string(value);
		VT_BUG_ON(!object);
	}
	return object;
}

void json_set_str(struct json *object, const char *name, const char *value)
{
	put_member(object, name, new_string(value));
}

void json_set_i64(struct json *object, const char *name, int64_t value)
{
	put_member(object, name, json_object_new_int64(value));
}

void json_set_double(struct json *object, const char *name, double value)
{
	char text[32];

	if (!isfinite(value)) {
		put_member(object, name, NULL);
		return;
	}
	/* 0.1, not 0.10000000000000001, where that reads back as the same */
	snprintf(text, sizeof(text), "%.15g", value);
	if (strtod(text, NULL) != value)
		snprintf(text, sizeof(text), "%.17g", value);
	put_member(object, name, json_object_new_double_s(value, text));
}

void json_set_bool(struct json *object, const char *name, bool value)
{
	put_member(object, name, json_object_new_boolean(value));
}

void json_set_node(struct json *object, const char *name, struct json *value)
{
	put_member(object, name, json_object_get(inner(value)));
}

void json_append_str(struct json *array, const char *value)
{
	put_element(array, new_string(value));
}

void json_append_i64(struct json *array, int64_t value)
{
	put_element(array, json_object_new_int64(value));
}

void json_append_node(struct json *array, struct json *value)
{
	put_element(array, json_object_get(inner(value)));
}

const char *json_text(struct vt_ctx *ctx, struct json *node)
{
	size_t length;
	const char *text = json_object_to_json_string_length(
		inner(node), JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE, &length);

	VT_BUG_ON(!text);
	return arena_strndup(ctx->arena, text, length);
}
