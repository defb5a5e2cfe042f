/* The one report writer: a run's facts as one JSON object on one line, as the exit status, and as the line for the system log. */
#ifndef SBX_REPORT_H
#define SBX_REPORT_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "outcome.h"
#include "tables.h"

/* What was read back when the component started. */
struct sbx_run {
	const char *id, *caller, *profile, *slice, *name; /* "" where it is not known: the report says null */
	uint32_t uid, namespaces;       /* SBX_NS_BIT set */
	bool limits_by_cgroup;
	const uint64_t *limit;          /* in the units of sbx_limit_rows */
};

struct sbx_stream { char *bytes; size_t length; };

/* -1: the kernel does not offer it, and the report says null. */
struct sbx_counters { int64_t cpu_user_usec, cpu_system_usec, memory_peak_bytes, swap_peak_bytes, oom_kills, pids_peak; };

struct sbx_outcome {
	struct sbx_err end;             /* status and reason */
	int32_t wait_status;            /* as waitpid gives it; meaningless for refused and error */
	int64_t wall_usec, setup_usec;  /* -1: not known */
	struct sbx_counters count;
	struct sbx_stream stream[3];    /* output, error, result */
};

int report_exit_status(const struct sbx_outcome *outcome) __attribute__((nonnull, warn_unused_result));
/* Writes the object and a newline to fd, in pieces of at most 4096 bytes. Bytes that are no UTF-8 become U+DC80 to U+DCFF. */
bool report_write(int fd, const struct sbx_run *run, const struct sbx_outcome *outcome) __attribute__((nonnull, warn_unused_result));
/* The line of the system log: key=value, every byte printable ASCII, at most `size` bytes (2048 or more), cut where it is longer. */
void report_audit_line(const struct sbx_run *run, const struct sbx_outcome *outcome, char *line, size_t size) __attribute__((nonnull));
#endif
