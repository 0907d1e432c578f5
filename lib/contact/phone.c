#include "base/vt.h"
#include "contact/phone.h"

#define DIGITS_MAX 20                  /* with 00 and 15 */
#define COUNTRY "54"
#define NATIONAL 10                    /* area and number */
#define AREA_MIN 2
#define AREA_MAX 4
#define MOBILE "15"                    /* as dialled within the country, between area and number */
#define E164_MIN 8
#define E164_MAX 15

/* The digits of text. false: there is something else, or too many. */
static bool read_digits(const char *text, char *out)
{
	size_t count = 0;

	for (; *text; text++) {
		if (strchr(" -./()", *text))
			continue;
		if (*text < '0' || *text > '9' || count == DIGITS_MAX)
			return false;
		out[count++] = *text;
	}
	out[count] = '\0';
	return true;
}

/* 11 is the one area of two digits; the others begin with 2 or 3. */
static bool area_fits(const char *digits, size_t size)
{
	return size == AREA_MIN ? !strncmp(digits, "11", 2) : *digits == '2' || *digits == '3';
}

/* Take the 15 out from behind the area. */
static bool drop_mobile(char *digits)
{
	for (size_t area = AREA_MIN; area <= AREA_MAX; area++) {
		if (strncmp(digits + area, MOBILE, 2) != 0 || !area_fits(digits, area))
			continue;
		memmove(digits + area, digits + area + 2, strlen(digits + area + 2) + 1);
		return true;
	}
	return false;
}

/* Digits of a number without its country. */
static bool put_national(char *digits, char *out)
{
	digits += *digits == '0';
	if (strlen(digits) == NATIONAL + 1 && *digits == '9')
		digits++;
	else if (strlen(digits) == NATIONAL + 2 && !drop_mobile(digits))
		return false;
	if (strlen(digits) != NATIONAL || (strncmp(digits, "11", 2) != 0 && *digits != '2' && *digits != '3'))
		return false;
	snprintf(out, PHONE_SIZE, "+" COUNTRY "9%s", digits);
	return true;
}

bool phone_parse(const char *text, char out[PHONE_SIZE])
{
	char buffer[DIGITS_MAX + 1], *digits = buffer;
	bool abroad;

	text += strspn(text, " ");
	abroad = *text == '+';
	if (!read_digits(text + abroad, digits))
		return false;
	if (!abroad && !strncmp(digits, "00", 2)) {
		abroad = true;
		digits += 2;
	}
	if (!strncmp(digits, COUNTRY, 2))
		return put_national(digits + 2, out);
	if (!abroad)
		return put_national(digits, out);
	if (strlen(digits) < E164_MIN || strlen(digits) > E164_MAX || *digits == '0')
		return false;
	snprintf(out, PHONE_SIZE, "+%.*s", E164_MAX, digits);
	return true;
}
