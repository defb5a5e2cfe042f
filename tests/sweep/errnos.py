"""What each system call may plausibly fail with, from its manual page; how it is made to fail; which cannot."""
from __future__ import annotations

import errno

DEFAULT = "EPERM ENOMEM EINVAL"  # of a call that nobody has looked up: new code is swept with these until somebody does

ERRNOS = {
    # memory, and what the C library does by itself
    "brk": "ENOMEM", "mmap": "ENOMEM EAGAIN", "munmap": "ENOMEM", "mprotect": "ENOMEM EACCES", "mremap": "ENOMEM", "madvise": "ENOMEM",
    "arch_prctl": "EPERM", "set_robust_list": "EINVAL", "rseq": "ENOSYS", "getrandom": "EINTR EAGAIN ENOSYS", "futex": "EAGAIN EINTR",
    # files
    "open": "EACCES EMFILE EINTR", "openat": "ENOENT EACCES EMFILE ENOMEM", "openat2": "ENOENT EAGAIN EMFILE ENOSYS", "close": "EIO EINTR",
    "read": "EINTR EIO EAGAIN", "pread64": "EINTR EIO", "write": "EINTR EIO ENOSPC", "writev": "EINTR EIO", "sendfile": "EIO ENOMEM EAGAIN",
    "fstat": "EBADF ENOMEM", "newfstatat": "ENOENT ENOMEM", "statx": "ENOMEM ENOSYS", "fstatfs": "EIO ENOSYS", "statfs": "EIO ENOENT",
    "lseek": "ESPIPE", "readlink": "ENOENT ENOMEM", "readlinkat": "ENOENT ENOMEM", "getdents64": "EIO ENOENT", "ioctl": "ENOTTY EIO",
    "fcntl": "EINVAL EMFILE EAGAIN", "dup": "EMFILE", "dup2": "EMFILE EBADF EINTR", "dup3": "EMFILE EINTR", "pipe2": "EMFILE ENFILE",
    "mkdir": "ENOSPC ENOMEM EROFS", "mkdirat": "ENOSPC EACCES EROFS", "mknodat": "EPERM ENOSPC", "mknod": "EPERM ENOSPC",
    "symlink": "ENOSPC EROFS", "unlink": "EBUSY EROFS", "unlinkat": "EBUSY ENOENT EROFS", "fchmod": "EPERM EROFS",
    "fchmodat": "EPERM EROFS",
    "chmod": "EPERM", "chdir": "EACCES ENOMEM", "fchdir": "EACCES", "memfd_create": "EMFILE ENOMEM ENOSYS", "close_range": "EMFILE ENOSYS",
    # sockets and waiting
    "socket": "EMFILE ENOBUFS EACCES", "socketpair": "EMFILE ENOBUFS", "bind": "EADDRINUSE ENOSPC EACCES", "listen": "EADDRINUSE",
    "connect": "ECONNREFUSED EAGAIN EACCES", "accept4": "EMFILE EAGAIN", "sendto": "EAGAIN ENOENT ECONNREFUSED",
    "setsockopt": "EINVAL ENOMEM",
    "sendmsg": "ENOBUFS EPIPE EAGAIN", "recvmsg": "EINTR ENOMEM", "shutdown": "ENOTCONN", "poll": "EINTR ENOMEM", "ppoll": "EINTR ENOMEM",
    "wait4": "ECHILD", "waitid": "ECHILD", "signalfd4": "EMFILE ENOMEM ENODEV", "pause": "EINTR",
    # processes
    "clone3": "EAGAIN ENOMEM ENOSYS ENOSPC", "clone": "EAGAIN ENOMEM", "execve": "EACCES ENOENT ENOMEM", "kill": "EPERM ESRCH",
    "pidfd_open": "EMFILE ESRCH ENOSYS", "pidfd_send_signal": "EPERM ESRCH", "setsid": "EPERM", "rt_sigaction": "EINVAL",
    "rt_sigprocmask": "EINVAL",
    "prlimit64": "EPERM EINVAL", "setitimer": "EINVAL", "sched_setscheduler": "EPERM", "sched_getscheduler": "EPERM",
    "setpriority": "EPERM EACCES",
    "getpriority": "ESRCH", "sched_setaffinity": "EPERM EINVAL", "ioprio_set": "EPERM", "personality": "EINVAL", "sethostname": "EPERM",
    "prctl": "EPERM EINVAL", "keyctl": "EDQUOT ENOSYS EACCES", "capset": "EPERM", "capget": "EINVAL EPERM", "setresuid": "EAGAIN EPERM",
    "setresgid": "EPERM", "setgroups": "EPERM ENOMEM", "getgroups": "EINVAL", "getresuid": "EFAULT", "getresgid": "EFAULT",
    "seccomp": "EACCES ENOMEM",
    "clock_gettime": "EINVAL",
    # namespaces and mounts
    "unshare": "EPERM ENOSPC ENOMEM", "setns": "EPERM", "fsopen": "ENODEV EPERM EMFILE", "fsconfig": "EINVAL EBUSY ENOMEM",
    "fsmount": "EPERM EMFILE ENOSPC", "move_mount": "EINVAL EBUSY", "open_tree": "ENOENT EPERM ENOMEM",
    "mount_setattr": "EPERM EINVAL ENOSYS",
    "pivot_root": "EBUSY EINVAL", "umount2": "EBUSY EPERM",
}

# They return no error, whatever happens (their manual pages; setfsuid returns the uid that was).
CANNOT_FAIL = {"exit", "exit_group", "umask", "getpid", "gettid", "getppid", "getuid", "geteuid", "getgid", "getegid", "getsid", "alarm",
               "set_tid_address", "rt_sigreturn", "restart_syscall", "setfsuid", "setfsgid"}
LATE = {"close", "wait4", "waitid"}  # carried out even where they fail: ECHILD is said of a child that is gone (EINTR would need a handler)
MAKES_PROCESSES = {"clone", "clone3", "fork", "vfork"}


def ways(call: str, most: int = 4) -> list[str]:
    """What happens to a call in the sweep, one run each."""
    names = [] if call in CANNOT_FAIL else ERRNOS.get(call, DEFAULT).split()[:most]
    how = "late" if call in LATE else "errno"
    kills = ["kill", "kill-in"] if call in MAKES_PROCESSES else ["kill"]
    return [f"{how}:{getattr(errno, name)}" for name in names] + kills
