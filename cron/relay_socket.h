/*
 * The relay's means on this host: the slot of the one who stands by (a lock
 * file that the kernel frees at death) and the sockets that carry wake-ups.
 * Names: $VT_RUN/<command>.<lane>.wait, .next, .wake.
 */
#ifndef VT_CRON_RELAY_SOCKET_H
#define VT_CRON_RELAY_SOCKET_H

#include "cron/relay.h"

/* Become this host's standby; false when there is one. Kept until released or dead. */
bool relay_slot_take(struct relay *relay);
void relay_slot_release(struct relay *relay);

/* A datagram socket of that name, ours alone from now on. -1 when it cannot be made: then only
 * polling is left, which is enough. */
int relay_socket_open(const struct relay *relay, const char *suffix);
/* Close it and take its name away; only for one who still owns the name. */
void relay_socket_close(const struct relay *relay, int *file, const char *suffix);
/* Tell whoever has that socket, if anybody. */
void relay_socket_send(const struct relay *relay, const char *suffix);

/* Sleep until it is readable, a signal, or the time is over. file may be -1. */
void relay_socket_wait(int file, int timeout_ms);
void relay_socket_drain(int file);

#endif
