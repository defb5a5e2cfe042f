/* Writes the audit line. Runs as: supervisor or main, uid 0. */
#include "audit.h"

#include <sys/un.h>

#include "small.h"

bool audit_write(const char *line)
{
	struct sockaddr_un log = { .sun_family = AF_UNIX, .sun_path = "/dev/log" };
	char text[4096]; /* <86>: LOG_AUTHPRIV and LOG_INFO, RFC 3164 */
	const struct timeval patience = { .tv_sec = 2 }; /* the log's queue is open to all, and may be full for a moment */
	OWNED_FD fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	return fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience) == 0 &&
		must_format(text, sizeof text, "<86>omnisbx-helper: %s", line) &&
		sendto(fd, text, strlen(text), MSG_NOSIGNAL, (struct sockaddr *)&log, sizeof log) == (ssize_t)strlen(text);
}
