/* What written.c and what it is made of share. */
#ifndef VT_CHANNEL_WHATSAPP_WRITTEN_PRIVATE_H
#define VT_CHANNEL_WHATSAPP_WRITTEN_PRIVATE_H

#include "channel/whatsapp/written.h"

/* The next "{{" from *text, which moves beyond it. *name, *size: within the braces; size 0: written wrongly. */
bool whatsapp_variable_next(const char **text, const char **name, size_t *size);
bool whatsapp_variable_is_number(const char *name);
/* What is wrong with where the variables of a text stand, or with how they are called: a locale key; NULL: nothing. */
const char *whatsapp_variables_place(const char *text);
const char *whatsapp_variables_names(struct vt_ctx *ctx, const char *text);
/* The sample of a variable of the body; "" for none. */
const char *whatsapp_sample(const struct whatsapp_written *written, const char *name);

#endif
