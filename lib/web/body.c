#include "base/vt.h"
#include "web/body.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#define DIRECTORY "/var/tmp"           /* on a disk, where /tmp may be memory; each service has its own */

struct mapping {
	void *at;
	size_t size;
};

static void release(void *object)
{
	struct mapping *mapping = object;

	munmap(mapping->at, mapping->size);
}

/* Allocated before it is written: a full disk is an error here, not a signal there. */
static int map(struct vt_ctx *ctx, int fd, size_t size, char **out)
{
	struct mapping *mapping = arena_alloc(ctx->arena, sizeof(*mapping));
	int fault = posix_fallocate(fd, 0, (off_t)size);

	if (fault)
		return vt_fail(ctx, VT_E_UNAVAILABLE, "room for a body of %zu bytes: %s", size, strerror(fault));
	mapping->size = size;
	mapping->at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (mapping->at == MAP_FAILED)
		return vt_fail(ctx, VT_E_UNAVAILABLE, "map a body of %zu bytes: %s", size, strerror(errno));
	arena_defer(ctx->arena, release, mapping);
	*out = mapping->at;
	return 0;
}

/* Some file systems know no file without a name: then it loses the one it has at once. */
static int nameless(void)
{
	char name[] = DIRECTORY "/ventanilla-XXXXXX";
	int fd = open(DIRECTORY, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR))
		return fd;
	fd = mkostemp(name, O_CLOEXEC);
	if (fd >= 0)
		unlink(name);
	return fd;
}

int body_room(struct vt_ctx *ctx, size_t size, char **out)
{
	if (size <= BODY_IN_MEMORY_MAX) {
		*out = arena_alloc(ctx->arena, size + 1);
		return 0;
	}
	int fd = nameless();
	if (fd < 0)
		return vt_fail(ctx, VT_E_UNAVAILABLE, "a file for a body: %s", strerror(errno));
	int result = map(ctx, fd, size + 1, out);
	close(fd);
	return result;
}
