#include "base/vt.h"
#include "contact/cuit.h"

static bool prefix_known(const char *digits)
{
	static const char *const known[] = { "20", "23", "24", "25", "26", "27", "30", "33", "34" };

	for (size_t i = 0; i < VT_COUNT(known); i++) {
		if (!strncmp(digits, known[i], 2))
			return true;
	}
	return false;
}

bool cuit_parse(const char *text, char out[CUIT_DIGITS])
{
	static const int weights[] = { 5, 4, 3, 2, 7, 6, 5, 4, 3, 2 };
	size_t count = 0;
	int sum = 0;

	for (; *text; text++) {
		if (*text >= '0' && *text <= '9') {
			if (count == CUIT_DIGITS - 1)
				return false;
			out[count++] = *text;
		} else if (!strchr(" -./", *text)) {
			return false;
		}
	}
	if (count != CUIT_DIGITS - 1)
		return false;
	out[count] = '\0';
	for (size_t i = 0; i < VT_COUNT(weights); i++)
		sum += (out[i] - '0') * weights[i];
	int check = 11 - sum % 11;
	if (check == 11)
		check = 0;
	return check != 10 && check == out[10] - '0' && prefix_known(out);
}
