"""Changes how a process of the host is scheduled and limited, to what it is. Held by the pid namespace, and by the uid."""
WAY = "host"
CANNOT = {"limits": ("root may not raise limits in this container", "lacks:CAP_SYS_RESOURCE")}

pid = host["pid"]

attack({
    "nice": lambda: os.setpriority(os.PRIO_PROCESS, pid, os.getpriority(os.PRIO_PROCESS, pid)),
    "nice of its user": lambda: os.setpriority(os.PRIO_USER, host["outsider"], 0),
    "policy": lambda: os.sched_setscheduler(pid, os.sched_getscheduler(pid), os.sched_param(0)),
    "processors": lambda: os.sched_setaffinity(pid, os.sched_getaffinity(pid)),
    "limits": lambda: __import__("resource").prlimit(pid, 7, __import__("resource").prlimit(pid, 7)),
    "disc": lambda: call("ioprio_set", 1, pid, 2 << 13 | 4),
    "seen": lambda: os.getsid(pid),
})
