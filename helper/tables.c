/* Every fact that has a row. Runs as: data, read by all. */
#include "tables.h"
#include <linux/sched.h>

#define K (1024ull)
#define M (1024ull * K)
#define G (1024ull * M)
#define MS (1000ull)
#define SEC (1000ull * MS)
#define DAY (86400ull * SEC)

const struct sbx_limit_row sbx_limit_rows[SBX_LIMITS] = {
	[SBX_MEMORY_MAX] = { "memory.max", "--memory-max", SBX_BYTES, 4 * M, 1ull << 50, true, 0, "memory.max", true,
		"memory of the sandbox, its /tmp included; with rlimits: address space of each process" },
	[SBX_SWAP_MAX] = { "memory.swap.max", "--swap-max", SBX_BYTES, 0, 1ull << 50, true, 0, "memory.swap.max", false,
		"swap alone, on top of memory.max" },
	[SBX_CPU_MAX] = { "cpu.max", "--cpu-max", SBX_PERCENT, 1, 102400, true, 0, "cpu.max", false,
		"share of one CPU, over periods of 100 ms" },
	[SBX_CPU_BURST] = { "cpu.max.burst", 0, SBX_USEC, 0, 1024 * 100 * MS, false, 50 * MS, "cpu.max.burst", false,
		"unused CPU time that may be saved up for a start; never more than one period's share" },
	[SBX_PIDS_MAX] = { "pids.max", "--pids-max", SBX_COUNT, 1, 4194304, true, 0, "pids.max", true,
		"processes and threads" },
	[SBX_WALL_TIME] = { "wall_time", "--wall-time", SBX_USEC, 1 * MS, 30 * DAY, true, 0, 0, true,
		"from the start of the component to its end" },
	[SBX_CPU_TIME] = { "cpu_time", "--cpu-time", SBX_USEC, 1 * MS, 30 * DAY, false, 30 * SEC, 0, true,
		"CPU time of the whole sandbox; with rlimits: of each process, in whole seconds" },
	[SBX_FILE_SIZE] = { "file_size", "--file-size", SBX_BYTES, 0, 1ull << 50, false, 64 * M, 0, true,
		"largest file that a process may write (RLIMIT_FSIZE)" },
	[SBX_TMP_SIZE] = { "tmp_size", 0, SBX_BYTES, 64 * K, 1ull << 50, false, 64 * M, 0, true,
		"the private /tmp, and as much again for /dev/shm; charged to memory.max" },
	[SBX_CODE_SIZE] = { "code_size", 0, SBX_BYTES, 1, 64 * M, false, 1 * M, 0, true,
		"the largest component that is accepted" },
	[SBX_OUTPUT_SIZE] = { "output_size", 0, SBX_BYTES, 1, 64 * M, false, 1 * M, 0, true,
		"each stream of --json; more ends the run" },
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

const char *const sbx_status_names[SBX_STATUSES] = {
	[SBX_EXITED] = "exited", [SBX_SIGNALED] = "signaled", [SBX_TIMEOUT] = "timeout", [SBX_OOM] = "oom",
	[SBX_OUTPUT_LIMIT] = "output_limit", [SBX_KILLED] = "killed", [SBX_REFUSED] = "refused", [SBX_ERROR] = "error",
};
