#include "base/vt.h"
#include "base/codes.h"

static const struct {
	const char *list;
	int value;
	const char *name;
} codes[] = {
#define CODE(list, constant, value, name) { #list, value, name },
#include "base/codes.def"
#undef CODE
};

const char *code_name(const char *list, int value)
{
	for (size_t i = 0; i < VT_COUNT(codes); i++) {
		if (codes[i].value == value && !strcmp(codes[i].list, list))
			return codes[i].name;
	}
	return "";
}
