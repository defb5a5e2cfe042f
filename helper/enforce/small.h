/* What every file of enforce/ needs: descriptors that close themselves, small text files, the signals that end a run, the clock. */
#ifndef SBX_SMALL_H
#define SBX_SMALL_H
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "../tables.h"

#define SBX_TAKE_SECONDS 30 /* for the caller to take a line or a report: then the alarm ends us */

/* Descriptors close themselves, and are handed over with fd_steal. Closed once, never retried on EINTR (Linux frees the number first). */
static inline void fd_close(int *fd)
{
	if (*fd >= 0)
		(void)close(*fd); /* nothing can be done, and the number is gone either way */
	*fd = -1;
}
static inline int fd_steal(int *fd)
{
	int stolen = *fd;
	*fd = -1;
	return stolen;
}
#define OWNED_FD __attribute__((cleanup(fd_close))) int

/* The whole of a small file below dir_fd as text, without its last newline. False and errno. */
bool small_read(int dir_fd, const char *file, char *text, size_t size) __attribute__((nonnull, warn_unused_result));
/* Writes text in one call, the way that files of procfs and cgroupfs want it. flags: besides O_WRONLY. False and errno. */
bool small_write(int dir_fd, const char *file, int flags, const char *text) __attribute__((nonnull, warn_unused_result));
/* Blocks TERM, INT, HUP, PIPE and the signals of a terminal's keys; the first three are read from the descriptor (owned by the caller). */
int small_signals(void);
int64_t clock_usec(void); /* CLOCK_MONOTONIC */
#endif
