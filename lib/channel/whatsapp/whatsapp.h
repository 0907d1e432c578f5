/*
 * WhatsApp by its Cloud API: one line is one number of a business. Facts:
 * https://developers.facebook.com/docs/whatsapp/cloud-api (read 2026-09).
 *
 * Who writes is known by a phone number, by an id that holds for this business
 * alone ("bsuid"), or by both; the number may be missing. Where both come the
 * identity is the number, as people and other networks know it.
 */
#ifndef VT_CHANNEL_WHATSAPP_WHATSAPP_H
#define VT_CHANNEL_WHATSAPP_WHATSAPP_H

#include "channel/channel.h"

#define WHATSAPP_TEXT_MAX 4096         /* characters */
#define WHATSAPP_CAPTION_MAX 1024
#define WHATSAPP_FILE_MAX ((int64_t)100 * 1024 * 1024)
#define WHATSAPP_WINDOW_S (24 * 3600)  /* after it only templates go out */

extern const struct channel channel_whatsapp;

#endif
