#include "base/vt.h"
#include "base/id.h"
#include "base/strbuf.h"
#include "cgi-bin/staff/audit.h"
#include "web/form.h"

#include <arpa/inet.h>

#define ROLE_USERS_MAX 5000
#define WORD_MAX 60

static const char *const fields[] = {
	"from", "to", "user", "role", "module", "action", "entity", "entity_id", "conversation", "address",
};

static const char *value_of(const struct pairs *pairs, const char *name)
{
	for (size_t i = 0; i < pairs->count; i++) {
		if (!strcmp(pairs->items[i].name, name))
			return pairs->items[i].value;
	}
	return "";
}

static int id_read(struct vt_ctx *ctx, const struct pairs *pairs, const char *field, int64_t *id)
{
	const char *text = value_of(pairs, field);

	*id = 0;
	if (*text && id_parse(text, 0, INT64_MAX, id) < 0)
		return vt_fail_field(ctx, field, "error.number", "no number");
	return 0;
}

/* Who has the role today. */
static int role_users(struct vt_ctx *ctx, const struct db_result *roles, int64_t role_id, int64_t *ids,
		      size_t *count)
{
	for (size_t row = 0; row < db_rows(roles); row++) {
		if (db_i64(roles, row, "role_id") != role_id)
			continue;
		char *rest = arena_strdup(ctx->arena, db_text(roles, row, "user_ids"));
		for (char *id = strsep(&rest, " "); id && *count < ROLE_USERS_MAX; id = strsep(&rest, " ")) {
			if (id_parse(id, 1, INT64_MAX, &ids[*count]) == 0)
				(*count)++;
		}
		return 0;
	}
	return vt_fail_field(ctx, "role", "error.invalid", "no such role");
}

static int actors_read(struct vt_ctx *ctx, const struct pairs *pairs, const struct db_result *roles,
		       struct audit_filter *filter)
{
	int64_t *ids = arena_calloc(ctx->arena, ROLE_USERS_MAX, sizeof(*ids));
	const char *user = value_of(pairs, "user");
	int64_t user_id, role_id;
	size_t count = 0;

	if (id_read(ctx, pairs, "user", &user_id) < 0 || id_read(ctx, pairs, "role", &role_id) < 0)
		return -1;
	filter->by_actor = *user || role_id;
	filter->actors = ids;
	if (role_id && role_users(ctx, roles, role_id, ids, &count) < 0)
		return -1;
	if (*user && !role_id) {
		ids[count++] = user_id;
	} else if (*user) {
		bool has = false;
		for (size_t i = 0; i < count; i++)
			has |= ids[i] == user_id;
		ids[0] = user_id;
		count = has;
	}
	filter->actor_count = count;
	return 0;
}

static int actions_read(struct vt_ctx *ctx, const struct pairs *pairs, struct audit_filter *filter)
{
	const char *module = value_of(pairs, "module"), *action = value_of(pairs, "action");
	const char *const *all;
	const char **chosen;
	size_t count;

	filter->by_action = *module || *action;
	if (!filter->by_action)
		return 0;
	all = audit_catalogue(ctx, &count);
	chosen = arena_calloc(ctx->arena, count, sizeof(*chosen));
	for (size_t i = 0; i < count; i++) {
		if ((!*action || !strcmp(action, all[i])) &&
		    (!*module || !strcmp(module, audit_module(ctx, all[i]))))
			chosen[filter->action_count++] = all[i];
	}
	filter->actions = chosen;
	return 0;
}

static int object_read(struct vt_ctx *ctx, const struct pairs *pairs, struct audit_filter *filter)
{
	filter->entity = value_of(pairs, "entity");
	filter->address = value_of(pairs, "address");
	if (id_read(ctx, pairs, "entity_id", &filter->entity_id) < 0 ||
	    id_read(ctx, pairs, "conversation", &filter->conversation_id) < 0)
		return -1;
	if (strlen(filter->entity) > WORD_MAX)
		return vt_fail_field(ctx, "entity", "error.too_long", "no kind of thing");
	if (*filter->entity && !filter->entity_id)
		return vt_fail_field(ctx, "entity_id", "error.required", "a kind of thing without its number");
	if (filter->entity_id && !*filter->entity)
		return vt_fail_field(ctx, "entity", "error.required", "a number without the kind of thing");
	uint8_t bytes[sizeof(struct in6_addr)];
	if (*filter->address && inet_pton(AF_INET, filter->address, bytes) != 1 &&
	    inet_pton(AF_INET6, filter->address, bytes) != 1)
		return vt_fail_field(ctx, "address", "error.audit.address", "no address");
	return 0;
}

/* "1764012345678901-42": where the page before ended. */
static int key_read(struct vt_ctx *ctx, const struct pairs *pairs, struct audit_filter *filter)
{
	const char *text = value_of(pairs, "before");
	size_t size = strcspn(text, "-");

	if (!*text)
		return 0;
	if (!text[size] || id_parse(arena_strndup(ctx->arena, text, size), 1, INT64_MAX / 2, &filter->key_at) < 0 ||
	    id_parse(text + size + 1, 1, INT64_MAX, &filter->key_id) < 0)
		return vt_fail_field(ctx, "before", "error.malformed", "no key of a page");
	return 0;
}

int audit_filter_read(struct vt_ctx *ctx, const struct pairs *pairs, const struct db_result *roles,
		      struct audit_filter *filter)
{
	*filter = (struct audit_filter){ 0 };
	if (form_time(ctx, "from", value_of(pairs, "from"), &filter->from_us) < 0 ||
	    form_time(ctx, "to", value_of(pairs, "to"), &filter->to_us) < 0 ||
	    actors_read(ctx, pairs, roles, filter) < 0 || actions_read(ctx, pairs, filter) < 0 ||
	    object_read(ctx, pairs, filter) < 0 || key_read(ctx, pairs, filter) < 0)
		return -1;
	if (filter->from_us && filter->to_us && filter->from_us >= filter->to_us)
		return vt_fail_field(ctx, "to", "error.audit.order", "ends before it begins");
	return 0;
}

const char *audit_filter_json(struct vt_ctx *ctx, const struct pairs *pairs)
{
	struct strbuf out;

	strbuf_init(&out, ctx->arena, 128);
	strbuf_putc(&out, '{');
	for (size_t i = 0; i < VT_COUNT(fields); i++) {
		const char *value = value_of(pairs, fields[i]);
		if (!*value)
			continue;
		strbuf_printf(&out, "%s\"%s\":\"", out.size > 1 ? "," : "", fields[i]);
		strbuf_json(&out, value);
		strbuf_putc(&out, '"');
	}
	strbuf_putc(&out, '}');
	return out.data;
}

const char *audit_filter_query(struct vt_ctx *ctx, const struct pairs *pairs)
{
	struct strbuf out;

	strbuf_init(&out, ctx->arena, 128);
	for (size_t i = 0; i < VT_COUNT(fields); i++) {
		const char *value = value_of(pairs, fields[i]);
		if (!*value)
			continue;
		strbuf_printf(&out, "%s%s=", out.size ? "&" : "", fields[i]);
		strbuf_url(&out, value);
	}
	return out.data;
}
