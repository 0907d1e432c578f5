#include "base/vt.h"
#include "base/log.h"
#include "cron/relay_socket.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static void path_of(const struct relay *relay, const char *suffix, char *path, size_t size)
{
	snprintf(path, size, "%s/%s.%d.%s", relay->config->run_directory, relay->command,
		 relay->lane, suffix);
}

bool relay_slot_take(struct relay *relay)
{
	char path[4096];
	int file;

	path_of(relay, "wait", path, sizeof(path));
	file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0660);
	if (file < 0) {
		log_event(NULL, LOG_LEVEL_ERROR, "slot", "path=%s errno=%d", path, errno);
		return false;
	}
	if (flock(file, LOCK_EX | LOCK_NB) < 0) {
		close(file);
		return false;
	}
	relay->wait_file = file;
	return true;
}

void relay_slot_release(struct relay *relay)
{
	if (relay->wait_file >= 0)
		close(relay->wait_file);
	relay->wait_file = -1;
}

static bool address_of(const struct relay *relay, const char *suffix, struct sockaddr_un *address)
{
	*address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	path_of(relay, suffix, address->sun_path, sizeof(address->sun_path));
	return strlen(address->sun_path) < sizeof(address->sun_path) - 1;
}

int relay_socket_open(const struct relay *relay, const char *suffix)
{
	struct sockaddr_un address;
	int file;

	if (!address_of(relay, suffix, &address))
		return -1;
	file = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (file < 0)
		return -1;
	unlink(address.sun_path);
	if (bind(file, (struct sockaddr *)&address, sizeof(address)) < 0) {
		log_event(NULL, LOG_LEVEL_ERROR, "socket", "path=%s errno=%d", address.sun_path,
			  errno);
		close(file);
		return -1;
	}
	return file;
}

void relay_socket_close(const struct relay *relay, int *file, const char *suffix)
{
	struct sockaddr_un address;

	if (*file < 0)
		return;
	close(*file);
	*file = -1;
	if (address_of(relay, suffix, &address))
		unlink(address.sun_path);
}

void relay_socket_send(const struct relay *relay, const char *suffix)
{
	struct sockaddr_un address;
	int file = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (file < 0)
		return;
	if (address_of(relay, suffix, &address))
		(void)!sendto(file, "", 1, 0, (struct sockaddr *)&address, sizeof(address));
	close(file);
}

void relay_socket_wait(int file, int timeout_ms)
{
	struct pollfd wanted = { .fd = file, .events = POLLIN };

	poll(&wanted, 1, timeout_ms);
}

void relay_socket_drain(int file)
{
	char byte;

	if (file < 0)
		return;
	while (recv(file, &byte, 1, MSG_DONTWAIT | MSG_TRUNC) >= 0)
		continue;
}
