#include "base/vt.h"
#include "base/id.h"

#include <ctype.h>
#include <errno.h>

#define ONCE_MIN 8
#define ONCE_MAX 64

bool id_once_valid(const char *once)
{
	size_t length;

	if (!once)
		return false;
	length = strspn(once, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");
	return !once[length] && length >= ONCE_MIN && length <= ONCE_MAX;
}

int id_parse(const char *text, int64_t min, int64_t max, int64_t *out)
{
	char *end;
	long long value;

	if (!text || !isdigit((unsigned char)text[*text == '-']))
		return -1;
	errno = 0;
	value = strtoll(text, &end, 10);
	if (errno || *end || value < min || value > max)
		return -1;
	*out = value;
	return 0;
}
