/* Verb `keep`: holds the delegated cgroup of a slice's unit open for sandboxes. */
#ifndef SBX_KEEP_H
#define SBX_KEEP_H
#include <stdbool.h>
#include "inherited.h"

/* Moves itself into the leaf `keeper`, hands the controllers on to its siblings, tells systemd, gives up everything, sleeps until TERM.
   Only as started by the unit omnisbx@SLICE.service; refused to callers. False and err where it cannot. */
bool keep_slice(const char *slice, const struct sbx_gate *gate, struct sbx_err *err) __attribute__((nonnull, warn_unused_result));
#endif
