/* What the sandbox sees: detached read-only trees taken by the spawner, put together by the child in its own mount namespace. */
#ifndef SBX_MOUNTS_H
#define SBX_MOUNTS_H
#include <stdbool.h>
#include <stdint.h>
#include "../decide/plan.h"

#define SBX_TREES_MAX (2 * SBX_LIST_MAX + 1)

struct sbx_tree { const char *path; int fd; bool directory; };
struct sbx_trees { uint32_t count; struct sbx_tree tree[SBX_TREES_MAX]; };

/* Opens readonly, pythonpath and runner of the plan as trusted files and clones each as a detached tree, read-only, nosuid, nodev,
   private. Nothing is attached anywhere. Spawner. */
bool mounts_take(const struct sbx_plan *plan, struct sbx_trees *trees, struct sbx_err *err) __attribute__((nonnull, warn_unused_result));
void mounts_release(struct sbx_trees *trees) __attribute__((nonnull));
/* Child, in a new mount and pid namespace: builds the root, pivots into it, detaches the old one, and reads the flags back. code_fd: the
   component's memfd. Nothing of the host is written. */
bool mounts_build(const struct sbx_plan *plan, const struct sbx_trees *trees, uint32_t uid, int code_fd, struct sbx_err *err) __attribute__((nonnull, warn_unused_result));
#endif
