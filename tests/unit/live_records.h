/* FastCGI requests as nginx writes them, for the tests of the live program. */
#ifndef VT_UNIT_LIVE_RECORDS_H
#define VT_UNIT_LIVE_RECORDS_H

#include "unit.h"
#include "cgi-bin/live/record.h"

struct records { uint8_t bytes[200000]; size_t size; };

static inline void records_add(struct records *records, int type, int id, const void *content,
			       size_t size, uint8_t padding)
{
	const uint8_t header[8] = { 1, (uint8_t)type, (uint8_t)(id >> 8), (uint8_t)id,
				    (uint8_t)(size >> 8), (uint8_t)size, padding, 0 };

	assert_true(records->size + 8 + size + padding <= sizeof(records->bytes));
	memcpy(records->bytes + records->size, header, 8);
	if (size)
		memcpy(records->bytes + records->size + 8, content, size);
	memset(records->bytes + records->size + 8 + size, 0, padding);
	records->size += 8 + size + padding;
}

static inline void records_begin(struct records *records, int role)
{
	const uint8_t content[8] = { 0, (uint8_t)role };

	records->size = 0;
	records_add(records, 1, 1, content, sizeof(content), 0);
}

/* Name-value pairs from "name", "value", ..., NULL; lengths over 127 take four bytes. */
static inline size_t records_pairs(uint8_t *out, const char *const *texts)
{
	uint8_t *at = out;

	for (; texts[0]; texts += 2) {
		for (int i = 0; i < 2; i++) {
			size_t size = strlen(texts[i]);
			if (size > 127) {
				*at++ = (uint8_t)(0x80 | size >> 24);
				*at++ = (uint8_t)(size >> 16);
				*at++ = (uint8_t)(size >> 8);
			}
			*at++ = (uint8_t)size;
		}
		for (int i = 0; i < 2; i++) {
			memcpy(at, texts[i], strlen(texts[i]));
			at += strlen(texts[i]);
		}
	}
	return (size_t)(at - out);
}

/* A whole request without a body. */
static inline void records_request(struct records *records, const char *const *texts)
{
	static uint8_t pairs[60000];
	size_t size = records_pairs(pairs, texts);

	records_begin(records, 1);
	records_add(records, 4, 1, pairs, size, (uint8_t)(-size & 7));
	records_add(records, 4, 1, NULL, 0, 0);
	records_add(records, 5, 1, NULL, 0, 0);
}

#endif
