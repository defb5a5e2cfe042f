/* Messages with descriptors between our own two processes. Runs as: spawner and supervisor. */
#include "channel.h"
#include "small.h"

union control { struct cmsghdr header; char bytes[CMSG_SPACE(sizeof(int) * SBX_CHANNEL_FDS_MAX)]; };

bool channel_send(int fd, const void *message, size_t size, const int *fds, size_t count)
{
	union control control = { .header = { .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS } };
	struct msghdr packet = { .msg_iov = &(struct iovec){ (void *)message, size }, .msg_iovlen = 1, .msg_control = &control };
	size_t used = 0;

	for (size_t i = 0; i < count; i++)
		if (fds[i] >= 0) {
			memcpy(CMSG_DATA(&control.header) + used, &fds[i], sizeof(int));
			used += sizeof(int);
		}
	control.header.cmsg_len = CMSG_LEN(used);
	packet.msg_controllen = used ? CMSG_SPACE(used) : 0;
	return sendmsg(fd, &packet, MSG_NOSIGNAL) == (ssize_t)size;
}

int channel_receive(int fd, void *message, size_t size, int fds[SBX_CHANNEL_FDS_MAX], size_t count)
{
	struct iovec part = { message, size };
	union control control;
	struct msghdr packet = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control };
	ssize_t length;

	/* a message that is there and is not taken would be a run that nobody knows of */
	while ((length = recvmsg(fd, &packet, MSG_CMSG_CLOEXEC)) < 0 && (errno == EINTR || errno == ENOMEM)) { }
	struct cmsghdr *header = length < 0 ? NULL : CMSG_FIRSTHDR(&packet);
	/* `control` has room for SBX_CHANNEL_FDS_MAX at most, and nothing but descriptors is ever sent beside a message */
	size_t n = header && header->cmsg_type == SCM_RIGHTS ? (header->cmsg_len - CMSG_LEN(0)) / sizeof(int) : 0;

	if (n)
		memcpy(fds, CMSG_DATA(header), sizeof(int) * n);
	if (length == (ssize_t)size && !(packet.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) && n <= count)
		return (int)n;
	for (size_t i = 0; i < n; i++)
		fd_close(&fds[i]);
	return -1;
}
