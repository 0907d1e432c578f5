/*
 * One line per event on stderr: key=value, ts in UTC microseconds. Never
 * message text, CUIT or tokens. err = someone must act.
 */
#ifndef VT_BASE_LOG_H
#define VT_BASE_LOG_H

#include "base/vt.h"

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARN, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

/* Name printed as prog=; level from VT_LOG (error, warn, info, debug), default info. */
void log_init(const char *program);

/* event is a short constant ("http", "shift.start"); fmt gives further
 * key=value pairs. ctx may be NULL; with it req= and user= are added. */
void log_event(const struct vt_ctx *ctx, enum log_level level, const char *event,
	       const char *fmt, ...) VT_PRINTF(4, 5);

/* The context's error with its trace, at the level its code deserves. */
void log_error(const struct vt_ctx *ctx, const char *event);
enum log_level log_level_of(enum vt_code code);

#endif
