/* What spawner and supervisor say to each other: messages of fixed size over one SOCK_SEQPACKET pair, descriptors beside them. */
#ifndef SBX_CHANNEL_H
#define SBX_CHANNEL_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include "../decide/request.h"
#include "../outcome.h"
#include "../tables.h"

#define SBX_CHANNEL_FDS_MAX 7

/* Supervisor to spawner: struct sbx_request and the component's sealed memfd. */

enum sbx_answer_kind { SBX_NOT_RUN, SBX_STARTED, SBX_ENDED };

/* Spawner to supervisor. STARTED brings, in this order, the pidfd, the kill socket, with has_cgroup the cgroup's parent and the cgroup, with
   --json the read ends of output, error and result. */
struct sbx_answer {
	enum sbx_answer_kind kind;
	struct sbx_err err;                    /* NOT_RUN */
	uint32_t namespaces, has_cgroup;       /* STARTED, as planned: the child has read the namespaces back */
	uint64_t limit[SBX_LIMITS];            /* STARTED, read back from the kernel */
	int32_t wait_status;                   /* ENDED, as waitpid gives it */
	struct rusage usage;                   /* ENDED, of the whole sandbox as far as it was waited for */
};

/* fds: at most SBX_CHANNEL_FDS_MAX; those that are -1 are left out. */
bool channel_send(int fd, const void *message, size_t size, const int *fds, size_t count) __attribute__((nonnull(2), warn_unused_result));
/* Exactly `size` bytes and `count` descriptors at most, CLOEXEC, owned by the caller. Returns how many; -1 at the end of the channel. */
int channel_receive(int fd, void *message, size_t size, int fds[SBX_CHANNEL_FDS_MAX], size_t count) __attribute__((nonnull, warn_unused_result));
#endif
