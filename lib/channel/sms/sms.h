/*
 * SMS through Kannel 1.4.5 (https://www.kannel.org/download/1.4.5/userguide-1.4.5/userguide.html):
 * what people write and the delivery reports come by GET to our address with a
 * token in it, what goes out is a POST to its sendsms. Kannel gives no number
 * for a message: ours travels in the address that reports go to.
 *
 * Raw, as split stores it: {"query":{...}} with the fields of the call
 *   of a message  from, to, text, charset, coding, ts, smsc, id, udh
 *   of a report   id (ours), s (state), t, a (receipt), fid, smsc, to
 */
#ifndef VT_CHANNEL_SMS_SMS_H
#define VT_CHANNEL_SMS_SMS_H

#include "channel/channel.h"
#include "channel/outgoing.h"

#define SMS_RAW_MAX ((size_t)64 * 1024)
#define SMS_SEGMENTS_MAX 10            /* Kannel cuts off what is beyond them */
#define SMS_TEXT_MAX 670               /* characters: ten of UCS-2 */

extern const struct channel channel_sms;

/* The record's functions; see channel.h. */
int sms_parse(struct vt_ctx *ctx, const char *raw, size_t size,
	      struct channel_event **events, size_t *count);
int sms_build(struct vt_ctx *ctx, const struct channel_message *message,
	      struct channel_request *request);
int sms_result(struct vt_ctx *ctx, const struct channel_message *message,
	       const struct channel_answer *answer, struct channel_result *result);

#endif
