/* Reads the component. Runs as: supervisor, uid 0, no capability. */
#include "intake.h"
#include "small.h"

#include <sys/mman.h>

#define SILENCE_MS 30000
#define TOTAL_MS 120000 /* a caller that drips bytes holds a place no longer than this */

static bool wait_for_input(int signals, int parent_pidfd, int64_t end_usec, struct sbx_err *err)
{
	struct pollfd events[] = { { 0, POLLIN, 0 }, { signals, POLLIN, 0 }, { parent_pidfd, POLLIN, 0 } };
	int64_t left_ms = (end_usec - clock_usec()) / 1000;
	int ready = left_ms <= 0 ? 0 : poll(events, 3, left_ms < SILENCE_MS ? (int)left_ms : SILENCE_MS);

	if (ready < 0)
		return err_errno(err, errno, "wait for standard input");
	if (events[1].revents || events[2].revents)
		return err_refuse(err, "ended by a signal, or by the caller's end, before the component had come");
	return ready > 0 || err_refuse(err, "standard input was silent for %d s, or had not ended after %d s: send the component and close it",
		SILENCE_MS / 1000, TOTAL_MS / 1000);
}

bool intake_read(uint64_t max_bytes, int signals, int parent_pidfd, int *code_fd, struct sbx_err *err)
{
	int64_t end_usec = clock_usec() + TOTAL_MS * 1000LL;
	uint64_t total = 0;
	char bytes[16384];
	ssize_t got;

	*code_fd = memfd_create("component", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (*code_fd < 0)
		return err_errno(err, errno, "make a memory file for the component");
	do {
		if (!wait_for_input(signals, parent_pidfd, end_usec, err))
			return false;
		(void)ualarm(500000, 500000); /* who shares the pipe may take back what poll has announced: EINTR, and the wait starts again */
		got = read(0, bytes, sizeof bytes);
		(void)ualarm(0, 0);
		if (got < 0 && errno != EAGAIN && errno != EINTR)
			return err_errno(err, errno, "read the component from standard input");
		total += got > 0 ? (uint64_t)got : 0;
		if (total > max_bytes)
			return err_refuse(err, "the component on standard input is larger than code_size, %llu bytes", (unsigned long long)max_bytes);
		if (got > 0 && write(*code_fd, bytes, (size_t)got) != got)
			return err_errno(err, errno, "keep the component");
	} while (got != 0);
	(void)dup2(2, 0); /* the caller's standard input is done with; the number stays taken */
	return fcntl(*code_fd, F_ADD_SEALS, SBX_SEALS) == 0 || err_errno(err, errno, "seal the component");
}
