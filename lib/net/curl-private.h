/* What the files of this room that use libcurl share. */
#ifndef VT_NET_CURL_PRIVATE_H
#define VT_NET_CURL_PRIVATE_H

/* Before anything of libcurl's, as often as wanted. */
void net_curl_start(void);

#endif
