/*
 * Administrators' texts with variables in them: greetings, farewells, canned
 * replies. {{contacto.nombre}} and its like are listed in words.def; the older
 * {contacto} and {operador} are the names of both.
 */
#ifndef VT_CONVERSATION_WORDS_H
#define VT_CONVERSATION_WORDS_H

#include "base/vt.h"

enum word {
#define WORD(constant, name) constant,
#include "conversation/words.def"
#undef WORD
	WORD_MAX
};

/* What each stands for; NULL or "": not known. */
struct words { const char *values[WORD_MAX]; };

struct db_result;

/* "contacto.nombre". */
const char *word_name(enum word word);

/* From a row with contact_name, cuit, queue_name, channel_name and conversation_id; operator_name
 * is whose words they are. */
void words_from_row(struct words *out, const struct db_result *result, size_t row,
		    const char *operator_name);

/* The text with its variables filled, in ctx->arena; NULL for NULL or "". What is filled in is
 * never read as a template. What is not known goes with the comma and the space before it, or after
 * it where a line begins: "¡Hola, {{contacto.nombre}}!" says "¡Hola!". */
const char *words_fill(struct vt_ctx *ctx, const char *text, const struct words *words);

/* VT_E_INVALID on field (error.word) when text names a variable that there is not. */
int words_check(struct vt_ctx *ctx, const char *field, const char *text) VT_MUST_CHECK;

#endif
