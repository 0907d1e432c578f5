/* Permissions as constants and bits. The check itself is permission_allows. */
#ifndef VT_PEOPLE_PERMISSION_H
#define VT_PEOPLE_PERMISSION_H

#include "base/vt.h"

enum permission {
#define PERMISSION(constant, key) constant,
#include "people/permission.def"
#undef PERMISSION
	PERM_MAX
};

const char *permission_key(enum permission permission);
/* -1 when there is no such key. */
int permission_by_key(const char *key);
/* The bits of keys with a space between ("desk.attend board.view"); a key that is none gives nothing. */
uint64_t permission_bits(const char *keys);

/* The one access decision for actions: PUBLIC always, SESSION when there is
 * a session, anything else only when its bit is set. Rows are decided in the
 * queries (conversation_access in sql/functions/access.sql). */
bool permission_allows(enum permission permission, bool has_session, uint64_t granted);

#endif
