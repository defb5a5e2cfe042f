"""Takes a descriptor out of another process, and compares their kernel objects. Held by the filter, and by the pid namespace."""
WAY = "host"

KCMP_FILE = 0


def take(pid, fd):
    must(os.pread(call("pidfd_getfd", call("pidfd_open", pid, 0), fd, 0), 16, 0) == host["token"].encode(), "another file")


attack({
    "take": lambda: take(host["pid"], host["fd"]),
    "take its own": lambda: call("pidfd_getfd", call("pidfd_open", os.getpid(), 0), 0, 0),
    "compare": lambda: call("kcmp", os.getpid(), host["pid"], KCMP_FILE, 0, 0),
    "compare its own": lambda: call("kcmp", os.getpid(), os.getpid(), KCMP_FILE, 0, 1),
})
