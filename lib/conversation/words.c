#include "base/vt.h"
#include "base/strbuf.h"
#include "conversation/words.h"
#include "db/db.h"

static const char *const names[WORD_MAX] = {
#define WORD(constant, name) [constant] = name,
#include "conversation/words.def"
#undef WORD
};

const char *word_name(enum word word)
{
	return names[word];
}

void words_from_row(struct words *out, const struct db_result *result, size_t row,
		    const char *operator_name)
{
	out->values[WORD_CONTACT_NAME] = db_text(result, row, "contact_name");
	out->values[WORD_CONTACT_CUIT] = db_text(result, row, "cuit");
	out->values[WORD_OPERATOR_NAME] = operator_name;
	out->values[WORD_QUEUE_NAME] = db_text(result, row, "queue_name");
	out->values[WORD_CHANNEL_NAME] = db_text(result, row, "channel_name");
	out->values[WORD_CONVERSATION_NUMBER] = db_text(result, row, "conversation_id");
}

/* The variable at the beginning of text: *size is how long it is with its braces, 0 when none is
 * there. -1: it looks like one that there is not. */
static int word_at(const char *text, size_t *size)
{
	const char *end;

	*size = 0;
	if (!strncmp(text, "{contacto}", 10) || !strncmp(text, "{operador}", 10)) {
		*size = 10;
		return text[1] == 'c' ? WORD_CONTACT_NAME : WORD_OPERATOR_NAME;
	}
	if (strncmp(text, "{{", 2) != 0 || !(end = strstr(text + 2, "}}")))
		return -1;
	text += 2;
	*size = (size_t)(end - text) + 4;
	while (*text == ' ')
		text++;
	while (end > text && end[-1] == ' ')
		end--;
	for (int word = 0; word < WORD_MAX; word++) {
		if (strlen(names[word]) == (size_t)(end - text) &&
		    !strncmp(names[word], text, (size_t)(end - text)))
			return word;
	}
	return -1;
}

/* Gives what follows. */
static const char *fill_one(struct strbuf *out, const char *value, const char *rest)
{
	size_t size = out->size;

	if (value && *value) {
		strbuf_puts(out, value);
		return rest;
	}
	while (size && out->data[size - 1] == ' ')
		size--;
	if (size && out->data[size - 1] == ',')
		size--;
	strbuf_truncate(out, size);
	return size && out->data[size - 1] != '\n' ? rest : rest + strspn(rest, ", ");
}

const char *words_fill(struct vt_ctx *ctx, const char *text, const struct words *words)
{
	struct strbuf out;
	size_t size;

	if (!text || !*text)
		return NULL;
	strbuf_init(&out, ctx->arena, strlen(text) + 64);
	while (*text) {
		int word = word_at(text, &size);

		if (word >= 0)
			text = fill_one(&out, words->values[word], text + size);
		else
			strbuf_putc(&out, *text++);
	}
	return out.data;
}

int words_check(struct vt_ctx *ctx, const char *field, const char *text)
{
	size_t size;

	for (; *text; text += size ? size : 1) {
		if (word_at(text, &size) < 0 && size)
			return vt_fail_field(ctx, field, "error.word", "no such variable");
	}
	return 0;
}
