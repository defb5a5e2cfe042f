"""The same by clone3, whose flags a filter cannot see; and into a cgroup. Held by the filter: it does not exist (ENOSYS)."""
WAY = "host"

SIGCHLD = 17
KINDS = {"mount": 0x20000, "cgroup": 0x2000000, "uts": 0x4000000, "ipc": 0x8000000, "user": 0x10000000, "pid": 0x20000000,
         "net": 0x40000000, "time": 0x80, "nothing new": 0}
INTO_CGROUP = 0x200000000


def clone3(flags, cgroup=0):
    arguments = (ctypes.c_uint64 * 11)(flags, 0, 0, 0, SIGCHLD, 0, 0, 0, 0, 0, cgroup)
    pid = call("clone3", arguments, ctypes.sizeof(arguments))
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)


def into(directory):
    clone3(INTO_CGROUP, os.open(next(path for path in directory if os.path.exists(path + "/cgroup.threads") or path == "/"), os.O_RDONLY))


attack({name: (lambda flag=flag: clone3(flag)) for name, flag in KINDS.items()} |
       {"into a cgroup": lambda: into(("/sys/fs/cgroup", "/sys/fs/cgroup/unified", "/"))})
