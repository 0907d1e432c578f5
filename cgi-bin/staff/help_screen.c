#include "base/vt.h"
#include "cgi-bin/staff/help.h"
#include "cgi-bin/staff/staff.h"

static const struct help_screen { const char *entry, *address, *page; } screens[] = {
#define HELP_SCREEN(entry, address, page) { entry, address, page },
#include "cgi-bin/staff/help_screens.def"
#undef HELP_SCREEN
};

const char *help_screen_key(struct vt_ctx *ctx, const struct request *request, const char *entry)
{
	for (size_t i = 0; i < VT_COUNT(screens); i++) {
		if ((!*screens[i].entry || !strcmp(screens[i].entry, entry)) &&
		    router_fits(screens[i].address, request->path))
			return help_page_key(ctx, screens[i].page);
	}
	return NULL;
}
