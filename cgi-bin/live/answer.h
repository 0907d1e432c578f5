/* The texts of all answers: a CGI header and, for errors and health, JSON. Pure. */
#ifndef VT_LIVE_ANSWER_H
#define VT_LIVE_ANSWER_H

#include "base/strbuf.h"
#include "base/vt.h"

#define ANSWER_RETRY_S 2

/* Nothing happened; ask again, from cursor on ("": the one you have). */
void answer_nothing(struct strbuf *out, const char *cursor);
/* Something did: nginx asks the program behind address, in the same request. */
void answer_redirect(struct strbuf *out, const char *address);
/* An error by its code; unavailable ones say when to come back. */
void answer_error(struct strbuf *out, enum vt_code code);
void answer_json(struct strbuf *out, const char *body);

#endif
