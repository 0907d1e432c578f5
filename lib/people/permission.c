#include "base/vt.h"
#include "people/permission.h"

static const char *const keys[PERM_MAX] = {
#define PERMISSION(constant, key) [constant] = key,
#include "people/permission.def"
#undef PERMISSION
};

const char *permission_key(enum permission permission)
{
	return (unsigned)permission < PERM_MAX ? keys[permission] : "";
}

int permission_by_key(const char *key)
{
	for (int i = 0; i < PERM_MAX; i++) {
		if (!strcmp(keys[i], key))
			return i;
	}
	return -1;
}

static int by_key_of(const char *key, size_t size)
{
	for (int i = PERM_SESSION + 1; i < PERM_MAX; i++) {
		if (!strncmp(keys[i], key, size) && !keys[i][size])
			return i;
	}
	return -1;
}

uint64_t permission_bits(const char *text)
{
	uint64_t bits = 0;

	for (; *text; text += strspn(text, " ")) {
		size_t size = strcspn(text, " ");
		int permission = by_key_of(text, size);
		if (permission >= 0)
			bits |= UINT64_C(1) << permission;
		text += size;
	}
	return bits;
}

bool permission_allows(enum permission permission, bool has_session, uint64_t granted)
{
	if (permission == PERM_PUBLIC)
		return true;
	if (permission == PERM_SESSION)
		return has_session;
	return has_session && permission < PERM_MAX && (granted >> permission & 1);
}
