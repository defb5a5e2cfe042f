/* The shape of a row of component.h and supervisor.h, and the masks its rules use. Read by generate.c alone, when the project is built. */
#ifndef SBX_SECCOMP_ROW_H
#define SBX_SECCOMP_ROW_H

#include <asm/ioctls.h>
#include <asm/termbits.h>
#include <fcntl.h>
#include <linux/prctl.h>
#include <linux/sched.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>

#ifndef PR_SET_VMA /* headers before 5.17 */
#define PR_SET_VMA 0x53564d41
#define PR_SET_VMA_ANON_NAME 0
#endif

#define ALL64 0xffffffffffffffffull
#define LOW32 0xffffffffull /* the kernel takes the argument as int: its upper half must not matter here either */
#define SET_ID 06000ull
#define MAKES_FILE ((uint64_t)(O_CREAT | (O_TMPFILE & ~O_DIRECTORY)))
#define SOCKET_TYPE (LOW32 & ~(uint64_t)(SOCK_CLOEXEC | SOCK_NONBLOCK))
#define NEW_NAMESPACE                                                                                                                      \
	((uint64_t)(CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET))

struct arg_rule {
	unsigned int index;
	uint64_t mask; /* 0: no rule */
	uint64_t value;
};

struct syscall_row {
	const char *name;
	const char *why;
	bool nosys; /* ENOSYS, so that the caller falls back */
	bool newer; /* than libseccomp 2.5.3, which then gives it ENOSYS; any other unknown name is a mistake */
	struct arg_rule arg[3];
};

/* clang-format off */
#define ARG(i, m, v) { (i), (m), (uint64_t)(v) }
#define ALLOW(n) { .name = (n) }
#define ALLOW_IF(n, w, ...) { .name = (n), .why = (w), .arg = { __VA_ARGS__ } }
#define NEWER_IF(n, w, ...) { .name = (n), .why = (w), .newer = true, .arg = { __VA_ARGS__ } }
#define NOSYS(n, w) { .name = (n), .why = (w), .nosys = true }
/* clang-format on */

#endif
