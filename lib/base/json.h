/*
 * JSON with bounds and types. Only json.c touches json-c.
 *
 * A path is dotted: "entry.0.changes.0.value". Getters without ctx give the
 * fallback for what is missing, null, out of range or of another type; those
 * named _req raise VT_E_INVALID with the path instead. Strings live in the
 * tree. Where a name comes twice in an object, the last one counts.
 */
#ifndef VT_BASE_JSON_H
#define VT_BASE_JSON_H

#include "base/vt.h"

struct json;   /* a node; the tree is released with ctx->arena */

#define JSON_DEPTH_MAX 32

/* Parse; size_max bounds the text first (VT_E_TOO_LARGE). VT_E_INVALID for what is
 * not JSON (RFC 8259), trailing garbage, more than 32 nested arrays and objects,
 * invalid UTF-8. "\u0000" is dropped; the text "null" gives NULL. The text is not
 * needed afterwards. Whole numbers beyond 64 bits become the nearest that fits. */
int json_parse(struct vt_ctx *ctx, const char *text, size_t size, size_t size_max,
	       struct json **out) VT_MUST_CHECK;

/* The node at path (path "" is the node itself), or NULL. */
struct json *json_at(struct json *node, const char *path);

bool json_is_object(struct json *node);
bool json_is_array(struct json *node);
bool json_is_string(struct json *node);
bool json_is_null(struct json *node);     /* also for NULL */

const char *json_str(struct json *node, const char *path, const char *fallback);
int64_t json_i64(struct json *node, const char *path, int64_t fallback); /* also numeric strings */
bool json_bool(struct json *node, const char *path, bool fallback);
/* Any number, whole ones and those written as text too; never infinite. */
double json_double(struct json *node, const char *path, double fallback);

/* With errors: out is bounded by max bytes (0 = no bound). */
int json_str_req(struct vt_ctx *ctx, struct json *node, const char *path, size_t max,
		 const char **out) VT_MUST_CHECK;
int json_i64_req(struct vt_ctx *ctx, struct json *node, const char *path,
		 int64_t *out) VT_MUST_CHECK;

size_t json_array_size(struct json *node);               /* 0 when not an array */
struct json *json_array_at(struct json *node, size_t index);

/* Walk an object's members in order; start with *cursor = NULL. Returns false at the end
 * (at once when it is no object). The object must not change meanwhile. */
struct json_member { const char *name; struct json *value; };
bool json_object_next(struct json *object, void **cursor, struct json_member *member);
/* The member of exactly that name, dots and all; *value is NULL for null and for none. */
bool json_object_find(struct json *object, const char *name, struct json **value);

/* Building: new nodes belong to ctx->arena; a parent keeps what is put into it. The
 * setters want an object (json_set_*) or an array (json_append_*): else it is a bug. */
struct json *json_new_object(struct vt_ctx *ctx);
struct json *json_new_array(struct vt_ctx *ctx);
void json_set_str(struct json *object, const char *name, const char *value); /* NULL -> null */
void json_set_i64(struct json *object, const char *name, int64_t value);
void json_set_bool(struct json *object, const char *name, bool value);
void json_set_double(struct json *object, const char *name, double value); /* NaN -> null */
void json_set_node(struct json *object, const char *name, struct json *value); /* shares value */
void json_append_str(struct json *array, const char *value);
void json_append_i64(struct json *array, int64_t value);
void json_append_node(struct json *array, struct json *value);

/* Compact text, in ctx->arena. */
const char *json_text(struct vt_ctx *ctx, struct json *node);

#endif
