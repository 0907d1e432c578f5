#include "base/vt.h"
#include "cgi-bin/live/record.h"

#define VERSION 1
#define RESPONDER 1

enum record_type {
	TYPE_BEGIN_REQUEST = 1,
	TYPE_END_REQUEST = 3,
	TYPE_PARAMS = 4,
	TYPE_STDIN = 5,
	TYPE_STDOUT = 6,
};

static uint16_t pair_of(const uint8_t *bytes)
{
	return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

/* Does a record with this header come in its place? */
static bool header_fits(struct record_reader *reader)
{
	const uint8_t *header = reader->header;
	uint16_t id = pair_of(header + 2);

	if (header[0] != VERSION || !id || (reader->begun && id != reader->request_id))
		return false;
	switch (header[1]) {
	case TYPE_BEGIN_REQUEST:
		if (reader->begun || reader->content_left != 8)
			return false;
		reader->begun = true;
		reader->request_id = id;
		return true;
	case TYPE_PARAMS:
		return reader->begun && !reader->params_ended &&
		       reader->params_size + reader->content_left <= RECORD_PARAMS_MAX;
	case TYPE_STDIN:
		return reader->params_ended && reader->body_size + reader->content_left <= RECORD_BODY_MAX;
	default:
		return false;
	}
}

static bool begin_header(struct record_reader *reader)
{
	reader->content_left = pair_of(reader->header + 4);
	reader->padding_left = reader->header[6];
	if (!header_fits(reader))
		return false;
	if (!reader->content_left && reader->header[1] == TYPE_PARAMS)
		reader->params_ended = true;
	return true;
}

static void params_add(struct record_reader *reader, const uint8_t *data, size_t size)
{
	size_t wanted = reader->params_size + size;

	if (wanted > reader->params_room) {
		reader->params_room = wanted > 2 * reader->params_room ? wanted : 2 * reader->params_room;
		reader->params = realloc(reader->params, reader->params_room);
		VT_BUG_ON(!reader->params);
	}
	memcpy(reader->params + reader->params_size, data, size);
	reader->params_size = wanted;
}

/* Content of the current record; false when it is not what we serve. */
static bool take_content(struct record_reader *reader, const uint8_t *data, size_t size)
{
	switch (reader->header[1]) {
	case TYPE_BEGIN_REQUEST:
		for (size_t i = 0; i < size; i++) {
			uint8_t wanted = reader->begin_size == 1 ? RESPONDER : 0;
			if (reader->begin_size < 2 && data[i] != wanted)
				return false;
			reader->begin_size++;
		}
		return true;
	case TYPE_PARAMS:
		params_add(reader, data, size);
		return true;
	default:
		reader->body_size += size;
		return true;
	}
}

/* The record's header, content and padding are all there. */
static void end_record(struct record_reader *reader)
{
	reader->ended = reader->header[1] == TYPE_STDIN && !pair_of(reader->header + 4);
	reader->header_size = 0;
}

enum record_state record_feed(struct record_reader *reader, const uint8_t *data, size_t size)
{
	while (size) {
		size_t step = 1;

		if (reader->ended)
			return RECORD_BAD;
		if (reader->header_size < sizeof(reader->header)) {
			reader->header[reader->header_size++] = *data;
			if (reader->header_size == sizeof(reader->header) && !begin_header(reader))
				return RECORD_BAD;
		} else if (reader->content_left) {
			step = size < reader->content_left ? size : reader->content_left;
			if (!take_content(reader, data, step))
				return RECORD_BAD;
			reader->content_left = (uint16_t)(reader->content_left - step);
		} else {
			step = size < reader->padding_left ? size : reader->padding_left;
			reader->padding_left = (uint8_t)(reader->padding_left - step);
		}
		if (reader->header_size == sizeof(reader->header) && !reader->content_left &&
		    !reader->padding_left)
			end_record(reader);
		data += step;
		size -= step;
	}
	return reader->ended ? RECORD_WHOLE : RECORD_MORE;
}

void record_release(struct record_reader *reader)
{
	free(reader->params);
	*reader = (struct record_reader){ 0 };
}

/* A length of one byte, or of four with the highest bit set. */
static bool read_length(const struct record_reader *reader, size_t *at, size_t *length)
{
	const uint8_t *bytes = reader->params + *at;
	size_t left = reader->params_size - *at;

	if (left && bytes[0] < 0x80) {
		*length = bytes[0];
		*at += 1;
		return true;
	}
	if (left < 4)
		return false;
	*length = (size_t)(bytes[0] & 0x7f) << 24 | (size_t)bytes[1] << 16 | (size_t)bytes[2] << 8 |
		  bytes[3];
	*at += 4;
	return true;
}

int record_param_next(const struct record_reader *reader, size_t *at, struct record_param *param)
{
	if (*at == reader->params_size)
		return 0;
	if (!read_length(reader, at, &param->name_size) ||
	    !read_length(reader, at, &param->value_size) ||
	    param->name_size > reader->params_size - *at ||
	    param->value_size > reader->params_size - *at - param->name_size)
		return -1;
	param->name = reader->params + *at;
	param->value = param->name + param->name_size;
	*at += param->name_size + param->value_size;
	return 1;
}

const char *record_param(struct vt_ctx *ctx, const struct record_reader *reader, const char *name)
{
	struct record_param param;
	size_t at = 0;

	while (record_param_next(reader, &at, &param) > 0) {
		if (param.name_size != strlen(name) || memcmp(param.name, name, param.name_size))
			continue;
		if (memchr(param.value, '\0', param.value_size))
			return "";
		return arena_strndup(ctx->arena, (const char *)param.value, param.value_size);
	}
	return "";
}

static uint8_t *put_header(uint8_t *out, enum record_type type, uint16_t request_id, size_t size)
{
	const uint8_t header[8] = { VERSION, (uint8_t)type, (uint8_t)(request_id >> 8),
				    (uint8_t)request_id, (uint8_t)(size >> 8), (uint8_t)size, 0, 0 };

	memcpy(out, header, sizeof(header));
	return out + sizeof(header);
}

size_t record_answer(uint8_t *out, uint16_t request_id, const char *text, size_t size)
{
	static const uint8_t complete[8];
	uint8_t *end = put_header(out, TYPE_STDOUT, request_id, size);

	VT_BUG_ON(!size || size > RECORD_TEXT_MAX);
	memcpy(end, text, size);
	end = put_header(end + size, TYPE_STDOUT, request_id, 0);
	end = put_header(end, TYPE_END_REQUEST, request_id, sizeof(complete));
	memcpy(end, complete, sizeof(complete));
	return (size_t)(end - out) + sizeof(complete);
}
