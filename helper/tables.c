/* Every fact that has a row. Runs as: data, read by all. */
#include "tables.h"
#include <linux/sched.h>

#define M (1024ull * 1024ull)
#define G (1024ull * M)
#define MS (1000ull)
#define SEC (1000ull * MS)
#define DAY (86400ull * SEC)

const struct sbx_limit_row sbx_limit_rows[SBX_LIMITS] = {
	[SBX_MEMORY_MAX] = { "memory.max", "--memory-max", SBX_BYTES, 4 * M, 1ull << 50, true, 0, "memory.max", true },
	[SBX_SWAP_MAX] = { "memory.swap.max", "--swap-max", SBX_BYTES, 0, 1ull << 50, true, 0, "memory.swap.max", false },
	[SBX_CPU_MAX] = { "cpu.max", "--cpu-max", SBX_PERCENT, 1, 102400, true, 0, "cpu.max", false },
	[SBX_CPU_BURST] = { "cpu.max.burst", NULL, SBX_USEC, 0, 102400 * MS, false, 50 * MS, "cpu.max.burst", false },
	[SBX_PIDS_MAX] = { "pids.max", "--pids-max", SBX_COUNT, 1, 4194304, true, 0, "pids.max", true },
	[SBX_WALL_TIME] = { "wall_time", "--wall-time", SBX_USEC, 1 * MS, 30 * DAY, true, 0, NULL, true },
	[SBX_CPU_TIME] = { "cpu_time", "--cpu-time", SBX_USEC, 1 * MS, 30 * DAY, false, 30 * SEC, NULL, true },
	[SBX_FILE_SIZE] = { "file_size", "--file-size", SBX_BYTES, 0, 1ull << 50, false, 64 * M, NULL, true },
	[SBX_TMP_SIZE] = { "tmp_size", NULL, SBX_BYTES, 65536, 1ull << 50, false, 64 * M, NULL, true },
	[SBX_CODE_SIZE] = { "code_size", NULL, SBX_BYTES, 1, 64 * M, false, 1 * M, NULL, true },
	[SBX_OUTPUT_SIZE] = { "output_size", NULL, SBX_BYTES, 1, 64 * M, false, 1 * M, NULL, true },
};

const struct sbx_namespace_row sbx_namespace_rows[SBX_NAMESPACES] = {
	[SBX_NS_PID] = { "pid", "pid", CLONE_NEWPID, true, false },
	[SBX_NS_IPC] = { "ipc", "ipc", CLONE_NEWIPC, true, false },
	[SBX_NS_UTS] = { "uts", "uts", CLONE_NEWUTS, true, false },
	[SBX_NS_NET] = { "net", "net", CLONE_NEWNET, true, false },
	[SBX_NS_MOUNT] = { "mount", "mnt", CLONE_NEWNS, false, true },
	[SBX_NS_CGROUP] = { "cgroup", "cgroup", CLONE_NEWCGROUP, false, false },
	[SBX_NS_USER] = { "user", "user", CLONE_NEWUSER, false, false },
	[SBX_NS_TIME] = { "time", "time", CLONE_NEWTIME, false, false },
};

const struct sbx_status_row sbx_status_rows[SBX_STATUSES] = {
	[SBX_EXITED] = { "exited", -1 }, [SBX_SIGNALED] = { "signaled", -1 },
	[SBX_TIMEOUT] = { "timeout", SBX_EXIT_TIMEOUT }, [SBX_OOM] = { "oom", SBX_EXIT_KILLED },
	[SBX_OUTPUT_LIMIT] = { "output_limit", SBX_EXIT_KILLED }, [SBX_KILLED] = { "killed", SBX_EXIT_KILLED },
	[SBX_REFUSED] = { "refused", SBX_EXIT_NOT_RUN }, [SBX_ERROR] = { "error", SBX_EXIT_NOT_RUN },
};
