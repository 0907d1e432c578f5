#include "base/vt.h"
#include "base/strbuf.h"
#include "web/qr.h"

#include <qrencode.h>

#define QUIET 4

const char *qr_path(struct vt_ctx *ctx, const char *text, int64_t *size)
{
	QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
	struct strbuf path;

	VT_BUG_ON(!code);
	strbuf_init(&path, ctx->arena, 8192);
	for (int y = 0; y < code->width; y++) {
		for (int x = 0, run; x < code->width; x += run) {
			const unsigned char *at = code->data + y * code->width + x;
			for (run = 1; x + run < code->width && (at[run] & 1) == (at[0] & 1); )
				run++;
			if (at[0] & 1)
				strbuf_printf(&path, "M%d %dh%dv1h-%dz", x + QUIET, y + QUIET, run, run);
		}
	}
	*size = code->width + 2 * QUIET;
	QRcode_free(code);
	return path.data;
}
