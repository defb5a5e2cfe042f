/* Verb `keep`: holds the delegated cgroup of a slice's unit open for sandboxes. */
#ifndef SBX_KEEP_H
#define SBX_KEEP_H
#include <stdbool.h>
#include "inherited.h"

/* argv: the slice. Moves itself into the leaf `keeper`, hands the controllers on to its siblings, tells systemd, gives up everything, sleeps until TERM.
   Only as started by the unit omnisbx@SLICE.service; refused to callers. False and err where it cannot. */
bool keep_verb(const struct sbx_gate *gate, int argc, const char *const *argv, int *exit_status, struct sbx_err *err)
	__attribute__((nonnull, warn_unused_result));
#endif
