/* A file in the middle of a body, from the disk to the network without being held in memory. */
#include "base/vt.h"
#include "cron/send.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

int send_stream_open(struct send_item *item)
{
	const struct channel_request *request = &item->request;
	int64_t from = request->file_from, size = request->file_size ? request->file_size : item->file_size - from;
	struct send_stream *stream = &item->stream;
	struct stat is;

	send_stream_close(stream);
	if (!item->file_path || from < 0 || size < 0 || from + size > item->file_size)
		return vt_fail(&item->ctx, VT_E_INVALID, "there is no such stretch of a file");
	*stream = (struct send_stream){
		.fd = open(item->file_path, O_RDONLY | O_CLOEXEC),
		.head = request->body, .head_size = (int64_t)request->body_size, .file_from = from, .file_size = size,
		.tail = request->tail, .tail_size = (int64_t)request->tail_size,
	};
	if (stream->fd < 0)
		return vt_fail(&item->ctx, VT_E_NOT_FOUND, "the file is gone: %s", strerror(errno));
	if (fstat(stream->fd, &is) < 0 || is.st_size < from + size)
		return vt_fail(&item->ctx, VT_E_NOT_FOUND, "the file is shorter than its row says");
	return 0;
}

void send_stream_close(struct send_stream *stream)
{
	if (stream->fd >= 0)
		close(stream->fd);
	stream->fd = -1;
}

size_t send_stream_size(const struct send_stream *stream)
{
	return (size_t)(stream->head_size + stream->file_size + stream->tail_size);
}

int send_stream_file(const struct send_stream *stream, int64_t from, char *out, size_t size)
{
	for (size_t done = 0; done < size; ) {
		ssize_t got = pread(stream->fd, out + done, size - done, stream->file_from + from + (int64_t)done);

		if (got <= 0 && !(got < 0 && errno == EINTR))
			return -1;
		done += got > 0 ? (size_t)got : 0;
	}
	return 0;
}

/* What of a part that lies at `at` is wanted: its bytes go to out. The size of it. */
static size_t overlap(int64_t at, int64_t part_size, int64_t from, size_t size, int64_t *within)
{
	int64_t end = at + part_size < from + (int64_t)size ? at + part_size : from + (int64_t)size;

	*within = from - at;
	return from >= at && end > from ? (size_t)(end - from) : 0;
}

int send_stream_at(void *data, size_t begin, char *out, size_t size)
{
	const struct send_stream *stream = data;
	int64_t from = (int64_t)begin, within;

	while (size) {
		size_t got = overlap(0, stream->head_size, from, size, &within);

		if (got)
			memcpy(out, stream->head + within, got);
		else if ((got = overlap(stream->head_size, stream->file_size, from, size, &within))) {
			if (send_stream_file(stream, within, out, got) < 0)
				return -1;
		} else if ((got = overlap(stream->head_size + stream->file_size, stream->tail_size, from, size, &within)))
			memcpy(out, stream->tail + within, got);
		else
			return -1;
		out += got;
		from += (int64_t)got;
		size -= got;
	}
	return 0;
}
