/* The system log: one line a run, one a refusal (promise 11). */
#ifndef SBX_AUDIT_H
#define SBX_AUDIT_H
#include <stdbool.h>

/* Sends one line to /dev/log as omnisbx-helper, LOG_AUTHPRIV and LOG_INFO, without libc's syslog (no format, no argv[0], no waiting). False
   when no log takes it. */
bool audit_write(const char *line) __attribute__((nonnull, warn_unused_result));
#endif
