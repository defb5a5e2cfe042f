"""Enters namespaces: its own once more, by file and by pidfd, and the victim's. Held by the filter, and by a /proc without others."""
WAY = "host"

KINDS = {"mnt": 0x20000, "cgroup": 0x2000000, "uts": 0x4000000, "ipc": 0x8000000, "net": 0x40000000, "pid": 0x20000000, "time": 0x80}


def enter(pid, kind):
    call("setns", os.open(f"/proc/{pid}/ns/{kind}", os.O_RDONLY), KINDS[kind])


attack({f"{kind} of its own": (lambda kind=kind: enter("self", kind)) for kind in KINDS} |
       {"mnt of another": lambda: enter(host["pid"], "mnt"),
        "all of another": lambda: call("setns", call("pidfd_open", host["pid"], 0), 0x6c020000),
        "by its own pidfd": lambda: call("setns", call("pidfd_open", os.getpid(), 0), 0x4000000)})
