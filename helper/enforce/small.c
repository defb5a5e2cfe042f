/* Small files and signals. Runs as: all our processes. */
#include "small.h"

#include <time.h>

#define BIT(signal) (1ull << ((signal) - 1)) /* of the kernel's sigset_t */

bool small_read(int dir_fd, const char *file, char *text, size_t size)
{
	OWNED_FD fd = openat(dir_fd, file, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	ssize_t got = fd < 0 ? -1 : read(fd, text, size - 1);

	if (got < 0)
		return false;
	text[got && text[got - 1] == '\n' ? got - 1 : got] = '\0';
	return true;
}

bool small_write(int dir_fd, const char *file, int flags, const char *text)
{
	OWNED_FD fd = openat(dir_fd, file, O_WRONLY | O_NOFOLLOW | O_CLOEXEC | flags, 0444);

	return fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);
}

int small_signals(void)
{
	const uint64_t ours = BIT(SIGTERM) | BIT(SIGINT) | BIT(SIGHUP);
	/* these are blocked and never read: a terminal shall not stop or end us, nor a gone reader */
	const uint64_t blocked = ours | BIT(SIGPIPE) | BIT(SIGQUIT) | BIT(SIGTSTP) | BIT(SIGTTIN) | BIT(SIGTTOU);

	(void)syscall(SYS_rt_sigprocmask, SIG_SETMASK, &blocked, NULL, sizeof blocked); /* cannot fail with these arguments */
	(void)signal(SIGALRM, SIG_DFL); /* a refusal may come before what was inherited is replaced, and is bounded by it */
	return (int)syscall(SYS_signalfd4, -1, &ours, sizeof ours, SFD_CLOEXEC);
}

int64_t clock_usec(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t); /* cannot fail for this clock */
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}
