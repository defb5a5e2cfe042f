/* Runs a command, and makes one system call of it, or of a process that it makes, fail or be its process's last moment.
 *
 *   inject list COMMAND...                          says every call
 *   inject PROCESS NAME N errno:E COMMAND...        the N-th NAME of PROCESS returns -E and is not carried out
 *   inject PROCESS NAME N late:E COMMAND...         it is carried out, and returns -E (close: the kernel frees the number before it fails)
 *   inject PROCESS NAME N kill COMMAND...           SIGKILL to PROCESS as it enters that call
 *   inject PROCESS NAME N kill-in COMMAND...        the same once the call has made a new process, and before it returns
 *
 * Processes are named by birth: 0, its children 0.1, 0.2, the first child of that 0.2.1. Calls count by name, so that one that does
 * something more or less keeps most of its points. Ends when all of them are gone, those that lost their parent too.
 *
 * Descriptor 3 is a SEQPACKET socket; one message each:
 *   call PROCESS NAME N ARGUMENTS...   (with `list`)
 *   hit                                the point was reached
 *   executes PROCESS PID               a process other than 0 is about to run a program's first instruction; goes on after an answer. It is
 *                                      let go then: from here on it is the program's own affair
 *   waits PROCESS PID NAME SENT KILLED a process is about to wait; how often it has called sendmsg and pidfd_send_signal; after an answer
 *   end PROCESS STATUS                 a wait status
 */
#include <errno.h>
#include <seccomp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>
#include <linux/ptrace.h>
#ifndef __x86_64__
#error "which register holds the number of a system call is known here for x86-64 only"
#endif

#define DRIVER 3
#define CALLS 1024
#define OPTIONS (PTRACE_O_EXITKILL | PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE | \
	PTRACE_O_TRACEEXEC)

enum act { LIST, ERRNO, LATE, KILL, KILL_IN };
static const char *const act_names[] = { "list", "errno:", "late:", "kill", "kill-in" };

static struct {
	enum act act;
	const char *process, *call;
	unsigned int nth;
	int errnum;
} target;

static struct tracee {
	pid_t pid;
	char name[32]; /* "": its maker has not told yet */
	unsigned int children, made[CALLS];
	bool held;     /* stopped until its name is known */
	bool inside;   /* between the entry of a call and its exit */
	bool aimed;    /* this call is the target */
} tracees[64];

static bool begun; /* COMMAND is the program now */
static bool hit;   /* the target has been reached */

static void die(const char *what)
{
	perror(what);
	_exit(120);
}

static void say(const char *format, ...)
{
	char line[512];
	va_list arguments;

	va_start(arguments, format);
	int size = vsnprintf(line, sizeof line, format, arguments);
	va_end(arguments);
	if (send(DRIVER, line, (size_t)size, MSG_NOSIGNAL) != size)
		die("tell the driver");
}

static void await_answer(void)
{
	char answer;

	if (recv(DRIVER, &answer, 1, 0) != 1)
		die("hear from the driver");
}

static struct tracee *find(pid_t pid)
{
	struct tracee *unused = NULL;

	for (struct tracee *t = tracees; t < tracees + sizeof tracees / sizeof *tracees; t++) {
		if (t->pid == pid)
			return t;
		unused = t->pid || unused ? unused : t;
	}
	if (!unused)
		die("too many processes");
	*unused = (struct tracee){ .pid = pid };
	return unused;
}

/* Until the target has been reached only the calls of its process matter, and each stop costs. */
static void go_on(const struct tracee *t, int signal_number)
{
	bool all = target.act == LIST || hit || strcmp(t->name, target.process) == 0;

	(void)ptrace(all ? PTRACE_SYSCALL : PTRACE_CONT, t->pid, 0, signal_number); /* ESRCH: killed meanwhile, the end is reported next */
}

/* From here on the calls of all matter: who waits, and with which capabilities. */
static void reach(const struct tracee *at)
{
	say("hit");
	hit = true;
	for (const struct tracee *t = tracees; t < tracees + sizeof tracees / sizeof *tracees; t++)
		if (t->pid && t->name[0] && t != at)
			(void)ptrace(PTRACE_INTERRUPT, t->pid, 0, 0);
}

/* What a call is asked for, as far as a reader can use it: small numbers, and the text of a path or a name. */
static void describe(pid_t pid, const struct ptrace_syscall_info *info, char *text, size_t size)
{
	size_t used = 0;

	for (int i = 0; i < 4 && used + 80 < size; i++) {
		uint64_t value = info->entry.args[i];
		char path[48] = "";
		struct iovec here = { path, sizeof path - 1 }, there = { (void *)(uintptr_t)value, sizeof path - 1 };
		ssize_t got = value < 65536 ? -1 : process_vm_readv(pid, &here, 1, &there, 1, 0);
		bool words = got > 1 && path[0];

		path[got < 0 ? 0 : got] = '\0';
		for (const char *c = path; *c; c++)
			words = words && *c > ' ' && *c < 0x7f;
		if (words)
			used += (size_t)snprintf(text + used, size - used, " \"%s\"", path);
		else if (value + 65536 < 131072)
			used += (size_t)snprintf(text + used, size - used, " %lld", (long long)value);
		else
			used += (size_t)snprintf(text + used, size - used, " *");
	}
}

static void set_register(pid_t pid, size_t offset, long value)
{
	if (ptrace(PTRACE_POKEUSER, pid, offset, value) < 0 && errno != ESRCH)
		die("change a call");
}

static void enter(struct tracee *t, const struct ptrace_syscall_info *info)
{
	static const char *const waiting[] = { "poll", "ppoll", "wait4", "waitid", "epoll_wait", "pause", "select" };
	static const char *names[CALLS];
	char text[400] = "";
	long nr = (long)info->entry.nr;

	if (nr < 0 || nr >= CALLS || !(names[nr] = names[nr] ? names[nr] : seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, (int)nr)))
		die("a call without a name");
	const char *const call = names[nr];
	const unsigned int nth = ++t->made[nr];

	if (target.act == LIST) {
		describe(t->pid, info, text, sizeof text);
		say("call %s %s %u%s", t->name, call, nth, text);
	}
	for (size_t i = 0; i < sizeof waiting / sizeof *waiting; i++)
		if (strcmp(call, waiting[i]) == 0) {
			say("waits %s %d %s %u %u", t->name, t->pid, call, t->made[SYS_sendmsg], t->made[SYS_pidfd_send_signal]);
			await_answer();
		}
	t->aimed = target.act != LIST && nth == target.nth && strcmp(t->name, target.process) == 0 && strcmp(call, target.call) == 0;
	if (t->aimed && target.act == KILL) {
		reach(t);
		(void)kill(t->pid, SIGKILL);
	} else if (t->aimed && target.act == ERRNO && nr == SYS_brk) {
		set_register(t->pid, offsetof(struct user, regs.rdi), 0); /* brk fails by returning the old end */
		reach(t);
	} else if (t->aimed && target.act == ERRNO)
		/* in place of it a harmless one; -1 would be shown to the filter first */
		set_register(t->pid, offsetof(struct user, regs.orig_rax), SYS_getpid);
}

static void leave(struct tracee *t)
{
	if (t->aimed && (target.act == LATE || (target.act == ERRNO && strcmp(target.call, "brk") != 0))) {
		set_register(t->pid, offsetof(struct user, regs.rax), -target.errnum);
		reach(t);
	}
	t->aimed = false;
}

static void take_child(struct tracee *maker)
{
	unsigned long pid;

	if (ptrace(PTRACE_GETEVENTMSG, maker->pid, 0, &pid) < 0)
		return; /* killed meanwhile, and its child with it or reported as unnamed */
	struct tracee *child = find((pid_t)pid);
	(void)snprintf(child->name, sizeof child->name, "%.24s.%u", maker->name, ++maker->children);
	if (child->held)
		go_on(child, 0);
	child->held = false;
	if (maker->aimed && target.act == KILL_IN) {
		reach(maker);
		(void)kill(maker->pid, SIGKILL);
	}
}

static void take_stop(struct tracee *t, int status)
{
	struct ptrace_syscall_info info;
	int event = status >> 16, signal_number = WSTOPSIG(status);

	if (!t->name[0]) {
		t->held = true; /* its first stop, and it is not let go before it has a name */
		return;
	}
	if (event == PTRACE_EVENT_EXEC && begun) {
		say("executes %s %d", t->name, t->pid);
		await_answer();
		(void)ptrace(PTRACE_DETACH, t->pid, 0, 0);
		t->pid = 0;
		return;
	}
	if (event == PTRACE_EVENT_FORK || event == PTRACE_EVENT_VFORK || event == PTRACE_EVENT_CLONE)
		take_child(t);
	else if (event == PTRACE_EVENT_EXEC)
		begun = true;
	else if (event == PTRACE_EVENT_STOP && signal_number != SIGTRAP) {
		(void)ptrace(PTRACE_LISTEN, t->pid, 0, 0);
		return;
	} else if (begun && !event && signal_number == (SIGTRAP | 0x80)) {
		if (ptrace(PTRACE_GET_SYSCALL_INFO, t->pid, sizeof info, &info) > 0) {
			t->inside = info.op == PTRACE_SYSCALL_INFO_ENTRY;
			if (t->inside)
				enter(t, &info);
			else
				leave(t);
		}
	} else if (!event && signal_number != (SIGTRAP | 0x80)) {
		go_on(t, signal_number);
		return;
	}
	go_on(t, 0);
}

static void parse(int *argc, char ***argv)
{
	if (*argc < 3)
		goto usage;
	if (strcmp((*argv)[1], "list") == 0) {
		*argv += 2;
		return;
	}
	if (*argc < 6)
		goto usage;
	target.process = (*argv)[1];
	target.call = (*argv)[2];
	target.nth = (unsigned int)strtoul((*argv)[3], NULL, 10);
	for (enum act a = ERRNO; a <= KILL_IN; a++)
		if (strncmp((*argv)[4], act_names[a], strlen(act_names[a])) == 0)
			target.act = a; /* the last one that fits: kill-in begins with kill */
	target.errnum = target.act == ERRNO || target.act == LATE ? atoi(strchr((*argv)[4], ':') + 1) : 0;
	*argv += 5;
	if (target.act != LIST)
		return;
usage:
	(void)fprintf(stderr, "usage: inject list|PROCESS NAME N errno:E|late:E|kill|kill-in COMMAND...\n");
	_exit(120);
}

int main(int argc, char **argv)
{
	int status, begin[2];
	pid_t root, pid;
	char go;

	parse(&argc, &argv);
	/* orphans come here, and are waited for */
	if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) < 0 || prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0 || pipe(begin) < 0 ||
	    (root = fork()) < 0)
		die("start");
	if (root == 0) {
		(void)close(begin[1]);
		(void)!read(begin[0], &go, 1);
		(void)close(begin[0]);
		(void)close(DRIVER);
		(void)execv(argv[0], argv);
		die(argv[0]);
	}
	strcpy(find(root)->name, "0");
	if (ptrace(PTRACE_SEIZE, root, 0, OPTIONS) < 0)
		die("seize");
	(void)close(begin[0]);
	(void)close(begin[1]);
	(void)close(0), (void)close(1), (void)close(2); /* the command's alone: it must be able to see that they end */
	while ((pid = waitpid(-1, &status, __WALL)) > 0 || errno == EINTR) {
		struct tracee *t = find(pid);

		if (WIFSTOPPED(status))
			take_stop(t, status);
		else {
			say("end %s %d", t->name[0] ? t->name : "?", status);
			t->pid = 0;
		}
	}
	return 0;
}
