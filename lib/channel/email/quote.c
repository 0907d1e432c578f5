/* Where what was written ends and the mail that it answers begins. */
#include "base/vt.h"

#include "channel/email/email.h"

#define LINE_LOOKED_AT 200
#define HEADER_LINES 6                 /* of a quoted mail's head, to find its names in */

static const char *next_line(const char *line)
{
	const char *end = strchr(line, '\n');

	return end ? end + 1 : line + strlen(line);
}

static bool is_blank(const char *line)
{
	line += strspn(line, " \t\r");
	return *line == '\n' || !*line;
}

static bool line_starts(const char *line, const char *const *words, size_t count)
{
	line += strspn(line, " \t*");
	for (size_t i = 0; i < count; i++) {
		if (!strncasecmp(line, words[i], strlen(words[i])))
			return true;
	}
	return false;
}

static bool line_ends(const char *line, const char *const *words, size_t count)
{
	size_t size = strcspn(line, "\n");

	while (size && strchr(" \t\r", line[size - 1]))
		size--;
	for (size_t i = 0; i < count; i++) {
		size_t word = strlen(words[i]);
		if (size >= word && !strncasecmp(line + size - word, words[i], word))
			return true;
	}
	return false;
}

#define STARTS(line, words) line_starts(line, words, VT_COUNT(words))
#define ENDS(line, words) line_ends(line, words, VT_COUNT(words))

/* "El lun, 23 nov 2026 a las 11:00, ARBA <...> escribió:", on one line or wrapped over three. */
static const char *after_attribution(const char *line)
{
	static const char *const begins[] = { "El ", "On ", "Em ", "Le ", "Am " };
	static const char *const ends[] = {
		"escribió:", "escribio:", "wrote:", "escreveu:", "a écrit :", "schrieb:",
	};

	if (!STARTS(line, begins))
		return NULL;
	for (int i = 0; i < 3 && *line && !is_blank(line); i++) {
		if (ENDS(line, ends))
			return next_line(line);
		line = next_line(line);
	}
	return NULL;
}

static bool is_divider(const char *line)
{
	static const char *const dividers[] = {
		"-----Mensaje original", "-----Original Message", "----- Mensaje original",
		"----- Original Message", "-----Mensagem original",
	};

	return STARTS(line, dividers);
}

/* "De: ... / Enviado: ... / Para: ... / Asunto: ..." */
static bool is_head(const char *line)
{
	static const char *const from[] = { "De:", "From:" }, *const date[] = { "Enviado", "Sent:", "Fecha:", "Date:" },
		*const subject[] = { "Asunto:", "Subject:" };
	bool dated = false, named = false;

	if (!STARTS(line, from))
		return false;
	for (int i = 0; i < HEADER_LINES && *line; i++) {
		line = next_line(line);
		dated = dated || STARTS(line, date);
		named = named || STARTS(line, subject);
	}
	return dated && named;
}

/* Nothing but quoted lines from here on: who answers between the lines is not folded away. */
static bool only_quoted(const char *line)
{
	for (; *line; line = next_line(line)) {
		if (!is_blank(line) && line[strspn(line, " ")] != '>')
			return false;
	}
	return true;
}

static bool tail_begins(const char *line)
{
	const char *after = after_attribution(line);

	if (after) {
		while (*after && is_blank(after))
			after = next_line(after);
		return *after != '>' || only_quoted(after);
	}
	return is_divider(line) || is_head(line);
}

size_t email_quote_begins(const char *text)
{
	size_t whole = strlen(text), trailing = whole;
	bool said = false;

	for (const char *line = text; *line; line = next_line(line)) {
		bool quoted = line[strspn(line, " ")] == '>';
		if (said && tail_begins(line))
			return (size_t)(line - text);
		if (quoted && trailing == whole)
			trailing = (size_t)(line - text);
		else if (!quoted && !is_blank(line))
			trailing = whole;
		said = said || (!quoted && !is_blank(line));
	}
	return said ? trailing : whole;
}
