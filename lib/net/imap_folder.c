#include "base/vt.h"
#include "base/utf8.h"
#include "net/imap_folder.h"

#include <iconv.h>

#define ROOM_OF_ONE 8                  /* bytes that a character may need: two UTF-16 units as base64, and its marks */

bool imap_folder_valid(const char *name)
{
	if (!*name || !utf8_valid(name, strlen(name)) || utf8_length(name) > IMAP_FOLDER_MAX)
		return false;
	for (; *name; name++) {
		if ((unsigned char)*name < ' ' || *name == '\x7f' || strchr("\"\\*%", *name))
			return false;
	}
	return true;
}

int imap_folder(struct vt_ctx *ctx, const char *name, const char **out)
{
	size_t left = strlen(name), room = left * ROOM_OF_ONE + 1, refused;
	char *from = (char *)name, *to;
	iconv_t convert;

	if (!imap_folder_valid(name))
		return vt_fail(ctx, VT_E_INVALID, "no name of a folder");
	*out = to = arena_alloc(ctx->arena, room);
	convert = iconv_open("UTF-7-IMAP", "UTF-8");
	if (convert == (iconv_t)-1)
		return vt_fail(ctx, VT_E_INVALID, "no conversion to the names of IMAP");
	refused = iconv(convert, &from, &left, &to, &room) == (size_t)-1 || iconv(convert, NULL, NULL, &to, &room) == (size_t)-1;
	iconv_close(convert);
	return refused ? vt_fail(ctx, VT_E_INVALID, "no name of a folder") : 0;
}
