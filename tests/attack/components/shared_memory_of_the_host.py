"""Finds what programs of the host share: System V memory, queues and semaphores, POSIX memory, files in /tmp.
Held by the ipc and mount namespaces; of the calls, the filter allows none."""
WAY = "host"
IPC_CREAT = 0o1000


def queue():
    libc.mq_open.restype = ctypes.c_int
    fd = libc.mq_open(b"/omnisbx-" + host["token"].encode(), 0o102, 0o600, None)
    if fd == -1:
        raise OSError(ctypes.get_errno(), "mq_open")
    libc.mq_unlink(b"/omnisbx-" + host["token"].encode())


def system_v(get, remove, *words):
    made = get(0, *words)
    if made == -1:
        raise OSError(ctypes.get_errno(), "get")
    remove(made, 0, 0)  # IPC_RMID, which semctl takes as its third argument


attack({
    "POSIX memory": lambda: must(open(host["shm"]).read() == host["token"], "another"),
    "list of POSIX memory": lambda: must(os.path.basename(host["shm"]) in os.listdir("/dev/shm"), "empty"),
    "POSIX queue": queue,
    "memory": lambda: system_v(libc.shmget, libc.shmctl, 4096, IPC_CREAT | 0o600),
    "messages": lambda: system_v(libc.msgget, libc.msgctl, IPC_CREAT | 0o600),
    "semaphores": lambda: system_v(libc.semget, libc.semctl, 1, IPC_CREAT | 0o600),
    "list of memory": lambda: open("/proc/sysvipc/shm").read(),
})
