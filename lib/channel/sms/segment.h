/*
 * How a text goes as SMS: in the alphabet of GSM 03.38 (3GPP TS 23.038, basic
 * table and extension) 160 characters, or 153 in each part of a longer one; in
 * UCS-2, as soon as one character is outside, 70 or 67. Pure.
 */
#ifndef VT_CHANNEL_SMS_SEGMENT_H
#define VT_CHANNEL_SMS_SEGMENT_H

#include "base/vt.h"

struct sms_segments {
	bool gsm;                      /* else UCS-2 */
	int units;                     /* septets, of which { } [ ] ~ \ | ^ and the euro take two; or UTF-16 units */
	int count;                     /* messages that are paid for; 0 for the empty text */
	int left;                      /* units that still fit into the last one */
};

struct sms_segments sms_segments(const char *text);

/* The rules by which it counts, for who counts as people write: JSON {"one", "two": characters of the alphabet
 * that take one and two septets, "plain": {"á":"a", ...}, "sizes": [160, 153, 70, 67]}. In ctx->arena. */
const char *sms_rules(struct vt_ctx *ctx);

/* text with what GSM 03.38 lacks and has a plain neighbour (á, “, –) in its place, when all of it is in
 * the alphabet then; else text itself. In arena. */
const char *sms_plain(struct arena *arena, const char *text);

#endif
