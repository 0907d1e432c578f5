/* A mailbox through the client of http.h: what is different about IMAP. */
#ifndef VT_NET_IMAP_PRIVATE_H
#define VT_NET_IMAP_PRIVATE_H

#include "net/imap.h"

#include <curl/curl.h>

/* Everything of the request that IMAP has. */
void imap_set(CURL *easy, const struct http_request *request);
/* A line that the server wrote: keeps the reason of a refusal, as "[AUTHENTICATIONFAILED]", in told. */
void imap_line(char told[IMAP_TOLD_MAX + 1], const char *data, size_t size);
/* The status of an answer that libcurl calls an error; 0: it is none. */
int imap_refusal(CURLcode result);

#endif
