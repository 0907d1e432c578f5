#include "base/vt.h"
#include "conversation/picture.h"

struct extent { uint64_t width, height; };

static uint32_t big_endian(const uint8_t *bytes, size_t count)
{
	uint32_t value = 0;

	for (size_t i = 0; i < count; i++)
		value = value << 8 | bytes[i];
	return value;
}

static bool png_extent(const uint8_t *data, size_t size, struct extent *extent)
{
	if (size < 24)
		return false;
	extent->width = big_endian(data + 16, 4);
	extent->height = big_endian(data + 20, 4);
	return true;
}

static bool gif_extent(const uint8_t *data, size_t size, struct extent *extent)
{
	if (size < 10)
		return false;
	extent->width = data[6] | (unsigned)data[7] << 8;
	extent->height = data[8] | (unsigned)data[9] << 8;
	return true;
}

/* Walk the markers to the first start-of-frame (ITU T.81, B.2.2). */
static bool jpeg_extent(const uint8_t *data, size_t size, struct extent *extent)
{
	size_t at = 2;

	while (at + 9 < size) {
		if (data[at] != 0xff)
			return false;
		uint8_t marker = data[at + 1];
		if (marker == 0xff) {
			at++;
			continue;
		}
		bool frame = marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 &&
			     marker != 0xcc;
		if (frame) {
			extent->height = big_endian(data + at + 5, 2);
			extent->width = big_endian(data + at + 7, 2);
			return true;
		}
		at += 2 + (size_t)big_endian(data + at + 2, 2);
	}
	return false;
}

bool picture_reasonable(const char *media_type, const void *data, size_t size)
{
	struct extent extent = { 0, 0 };
	bool known;

	if (!strcmp(media_type, "image/png"))
		known = png_extent(data, size, &extent);
	else if (!strcmp(media_type, "image/gif"))
		known = gif_extent(data, size, &extent);
	else if (!strcmp(media_type, "image/jpeg"))
		known = jpeg_extent(data, size, &extent);
	else
		return true;
	return known && extent.width * extent.height <= PICTURE_PIXELS_MAX;
}
