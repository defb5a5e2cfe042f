"""Makes a process in a new namespace of each kind, by clone. Held by the filter (the time namespace has no flag there)."""
WAY = "root"

SIGCHLD = 17
KINDS = {"mount": 0x20000, "cgroup": 0x2000000, "uts": 0x4000000, "ipc": 0x8000000, "user": 0x10000000, "pid": 0x20000000,
         "net": 0x40000000, "all": 0x7e020000}


def clone(flags):
    pid = call("clone", flags | SIGCHLD, 0, 0, 0, 0)
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)


attack({name: (lambda flag=flag: clone(flag)) for name, flag in KINDS.items()})
