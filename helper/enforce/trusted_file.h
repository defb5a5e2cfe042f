/* Files that the policy names: opened by descriptor, no symbolic link followed, owner and mode checked on it and on every parent. */
#ifndef SBX_TRUSTED_FILE_H
#define SBX_TRUSTED_FILE_H
#include <stdbool.h>
#include <stddef.h>
#include "../outcome.h"

/* Opens absolute `path`, part by part from "/". Each part must be root's (uid 0) and not writable by group or others. flags: O_PATH or O_RDONLY, with O_DIRECTORY where it must be one. CLOEXEC. The
   caller owns *fd. */
bool trusted_open(const char *path, int flags, int *fd, struct sbx_err *err) __attribute__((nonnull, warn_unused_result));
/* The whole of a trusted regular file of at most `max` bytes, NUL-ended, in heap that lives as long as the process. */
bool trusted_read(const char *path, size_t max, char **text, size_t *length, struct sbx_err *err) __attribute__((nonnull, warn_unused_result));
#endif
