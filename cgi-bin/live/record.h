/*
 * FastCGI (specification 1.0, sections 3 to 5) as a responder hears and speaks
 * it: one request per connection, read in whatever pieces the socket gives, and
 * a whole answer in one buffer. Pure: no socket, no clock.
 *
 * What nginx does not send is refused: another role, a second request on the
 * connection, records out of order, names and values over RECORD_PARAMS_MAX.
 */
#ifndef VT_LIVE_RECORD_H
#define VT_LIVE_RECORD_H

#include "base/vt.h"

#define RECORD_PARAMS_MAX ((size_t)64 * 1024)
#define RECORD_BODY_MAX ((size_t)1024 * 1024)   /* read and dropped: no request of ours has one */
#define RECORD_TEXT_MAX ((size_t)32 * 1024)
#define RECORD_FRAME ((size_t)32)               /* bytes around the text of an answer */

enum record_state { RECORD_MORE, RECORD_WHOLE, RECORD_BAD };

struct record_reader {
	uint8_t header[8];
	uint8_t header_size;
	uint8_t begin_size;        /* bytes of BEGIN_REQUEST's content read */
	uint8_t padding_left;
	bool begun, params_ended, ended;
	uint16_t content_left;
	uint16_t request_id;
	uint8_t *params;           /* name-value pairs, malloc'd */
	size_t params_size, params_room;
	size_t body_size;
};

/* A reader starts as zeroes. Takes the next bytes of the connection. RECORD_WHOLE when the request
 * is complete; bytes behind its end, or anything wrong, are RECORD_BAD. */
enum record_state record_feed(struct record_reader *reader, const uint8_t *data, size_t size);
/* Frees what the reader holds; it is zeroes again. */
void record_release(struct record_reader *reader);

struct record_param {
	const uint8_t *name, *value;   /* not NUL-terminated, in the reader */
	size_t name_size, value_size;
};

/* Walk the pairs of a whole request; *at starts as 0. 1 with *param, 0 at the end, -1 when the
 * pairs are cut short. */
int record_param_next(const struct record_reader *reader, size_t *at, struct record_param *param);
/* The value of a name as text in ctx->arena; "" when there is none, and when it holds a NUL. */
const char *record_param(struct vt_ctx *ctx, const struct record_reader *reader, const char *name);

/* The records of a finished answer: text (a CGI header and body, at most RECORD_TEXT_MAX bytes),
 * end of output, end of request. out has room for size + RECORD_FRAME bytes. Returns the bytes. */
size_t record_answer(uint8_t *out, uint16_t request_id, const char *text, size_t size);

#endif
