/* What people read of a mail's subject, and of why it did not arrive. */
#include "base/vt.h"

#include "channel/email/email.h"

/* "Re:", "RV:", "Fwd:", "Re[2]:" at the beginning: how long it is, 0 for none. */
static size_t prefix_size(const char *text)
{
	static const char *const prefixes[] = {
		"re", "rv", "fw", "fwd", "rta", "resp", "res", "enc", "aw", "wg", "tr", "sv",
	};
	size_t size = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"), end = size;

	if (text[end] == '[')
		end += 1 + strspn(text + end + 1, "0123456789]");
	end += strspn(text + end, " ");
	if (text[end] != ':')
		return 0;
	for (size_t i = 0; i < VT_COUNT(prefixes); i++) {
		if (strlen(prefixes[i]) == size && !strncasecmp(text, prefixes[i], size))
			return end + 1;
	}
	return 0;
}

/* "[#12]": how long it is, 0 for none. */
static size_t number_size(const char *text)
{
	size_t digits = strncmp(text, "[#", 2) ? 0 : strspn(text + 2, "0123456789");

	return digits && text[2 + digits] == ']' ? digits + 3 : 0;
}

const char *email_subject(struct vt_ctx *ctx, const char *subject)
{
	char *out = arena_alloc(ctx->arena, strlen(subject) + 1), *end = out;
	size_t size;

	for (const char *at = subject; *at; ) {
		if ((size = number_size(at)) || (end == out && (size = prefix_size(at))))
			at += size;
		else if (strchr(" \t\r\n", *at) && (end == out || end[-1] == ' '))
			at++;
		else
			*end++ = strchr("\t\r\n", *at) ? ' ' : *at, at++;
	}
	while (end > out && end[-1] == ' ')
		end--;
	*end = '\0';
	return out;
}

/* RFC 3463: subject and detail of the enhanced code. */
static const struct { const char *code, *word; } failures[] = {
	{ ".1.1", "mail_box" }, { ".1.0", "mail_box" }, { ".1.6", "mail_box" }, { ".1.10", "mail_box" },
	{ ".1.2", "mail_domain" }, { ".1.3", "mail_address" }, { ".4.4", "mail_domain" },
	{ ".2.1", "mail_closed" }, { ".2.2", "mail_full" }, { ".3.4", "mail_size" }, { ".2.3", "mail_size" },
	{ ".4.1", "mail_silent" }, { ".4.7", "mail_silent" }, { ".7.", "mail_refused" },
};

const char *email_failure(const char *error)
{
	const char *code = strrchr(error, ' ');

	if (strncmp(error, "the mail ", 9) != 0 || !code || (code[1] != '4' && code[1] != '5'))
		return NULL;
	for (size_t i = 0; i < VT_COUNT(failures); i++) {
		size_t size = strlen(failures[i].code);
		if (!strncmp(code + 2, failures[i].code, size) &&
		    (failures[i].code[size - 1] == '.' || !code[2 + size]))
			return failures[i].word;
	}
	return NULL;
}
