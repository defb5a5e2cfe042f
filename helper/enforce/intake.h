/* Takes the component from standard input, bounded in bytes and in time. */
#ifndef SBX_INTAKE_H
#define SBX_INTAKE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "../outcome.h"

/* fcntl.h's, of the component's memory file. */
#define SBX_SEALS (F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)

/* Reads standard input to its end into a sealed memory file (*code_fd, owned by the caller, on failure too). Refuses more than max_bytes,
   30 s of silence, 120 s in all. signals, parent_pidfd (-1: none): their readiness ends the wait. Runs as the supervisor. */
bool intake_read(uint64_t max_bytes, int signals, int parent_pidfd, int *code_fd, struct sbx_err *err)
	__attribute__((nonnull, warn_unused_result));
#endif
