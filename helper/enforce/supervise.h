/* The process without privilege: parses, reads the component, watches the run, cleans up, reports. */
#ifndef SBX_SUPERVISE_H
#define SBX_SUPERVISE_H
#include "spawner.h"

/* argv: the options of `run`. Returns the exit status of the helper. Runs as uid 0 without capability, in the keeper's cgroup. */
int supervise_run(struct sbx_context *context, int argc, const char *const *argv) __attribute__((nonnull, warn_unused_result));
#endif
