"""Every call that takes a process's number, on the other's: limits, affinity, scheduler, futex list, session, comparison of descriptors."""
import resource

CALLS = (lambda pid: resource.prlimit(pid, resource.RLIMIT_NOFILE, (99, 99)), lambda pid: os.sched_setaffinity(pid, {0}),
         lambda pid: os.sched_setscheduler(pid, os.SCHED_BATCH, os.sched_param(0)), lambda pid: os.getsid(pid), lambda pid: os.getpgid(pid),
         lambda pid: syscall("get_robust_list", pid, ctypes.byref(ctypes.c_void_p()), ctypes.byref(ctypes.c_size_t())),
         lambda pid: syscall("kcmp", pid, pid, 0, 1, 1), lambda pid: os.setpriority(os.PRIO_PROCESS, pid, 13),
         lambda pid: os.sched_getaffinity(pid), lambda pid: os.getpriority(os.PRIO_PROCESS, pid))


def plant(me):
    pass


def look(me):
    for act in CALLS:
        try:
            act(me.pid)
            return True
        except OSError as error:
            last = error
    raise last


def saw(me):
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0] == 99
