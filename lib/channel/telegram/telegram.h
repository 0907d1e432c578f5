/*
 * Telegram's Bot API: https://core.telegram.org/bots/api (8.x, read 2026-09).
 * A bot speaks in private chats only; groups and channels are passed over. An
 * update comes by webhook, proven by the secret that setWebhook told.
 *
 * telegram.c is the record and the door, parse.c reads updates, build.c makes
 * the calls, result.c reads their answers.
 */
#ifndef VT_CHANNEL_TELEGRAM_TELEGRAM_H
#define VT_CHANNEL_TELEGRAM_TELEGRAM_H

#include "channel/channel.h"
#include "channel/outgoing.h"

#define TELEGRAM_RAW_MAX ((size_t)3 * 1024 * 1024)
#define TELEGRAM_TEXT_MAX 4096                        /* characters */
#define TELEGRAM_CAPTION_MAX 1024
#define TELEGRAM_KEY_MAX 64                           /* bytes of a button's key */
#define TELEGRAM_FILE_MAX (50 * 1024 * 1024)
#define TELEGRAM_PHOTO_MAX (10 * 1024 * 1024)
#define TELEGRAM_FETCH_MAX (20 * 1024 * 1024)         /* what getFile gives */

extern const struct channel channel_telegram;

/* The record's functions; see channel.h. */
int telegram_parse(struct vt_ctx *ctx, const char *raw, size_t size,
		   struct channel_event **events, size_t *count);
int telegram_build(struct vt_ctx *ctx, const struct channel_message *message,
		   struct channel_request *request);
int telegram_result(struct vt_ctx *ctx, const struct channel_message *message,
		    const struct channel_answer *answer, struct channel_result *result);

#endif
