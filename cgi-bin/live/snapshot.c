#include "base/vt.h"
#include "cgi-bin/live/snapshot.h"

/* A number and what follows it; NULL when there is none. */
static const char *read_xid(const char *text, uint64_t *out)
{
	uint64_t value = 0;
	const char *at = text;

	for (; *at >= '0' && *at <= '9'; at++) {
		unsigned digit = (unsigned)(*at - '0');

		if (value > (UINT64_MAX - digit) / 10)
			return NULL;
		value = 10 * value + digit;
	}
	*out = value;
	return at > text ? at : NULL;
}

int snapshot_parse(const char *text, struct snapshot *out)
{
	out->count = 0;
	text = read_xid(text, &out->xmin);
	if (!text || *text != ':' || !out->xmin)
		return -1;
	text = read_xid(text + 1, &out->xmax);
	if (!text || *text != ':' || out->xmax < out->xmin)
		return -1;
	text++;
	while (*text) {
		uint64_t xid;

		if (out->count == SNAPSHOT_RUNNING_MAX)
			return -1;
		text = read_xid(text, &xid);
		if (!text || xid < out->xmin || xid >= out->xmax || (*text && *text != ',') ||
		    (*text == ',' && !text[1]))
			return -1;
		out->running[out->count++] = xid;
		if (*text)
			text++;
	}
	return 0;
}

bool snapshot_sees(const struct snapshot *snapshot, uint64_t xid)
{
	if (xid < snapshot->xmin)
		return true;
	if (xid >= snapshot->xmax)
		return false;
	for (size_t i = 0; i < snapshot->count; i++) {
		if (snapshot->running[i] == xid)
			return false;
	}
	return true;
}
