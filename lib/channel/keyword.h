/* A message that is one word alone: how people end notices by SMS, and take them up again. Pure. */
#ifndef VT_CHANNEL_KEYWORD_H
#define VT_CHANNEL_KEYWORD_H

#include "base/vt.h"

#define CHANNEL_KEYWORD_MAX 20         /* characters of one */

/* Is the whole of a text one of the words, written with commas between them ("BAJA, STOP")? Case, accents, and
 * blanks and marks around it count for nothing; a word in the middle of others is none. */
bool channel_keyword(struct arena *arena, const char *words, const char *text);
/* May a line have these words? Each has a letter, and is short. */
bool channel_keywords_valid(const char *words);

#endif
