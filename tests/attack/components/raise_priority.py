"""Takes more of the processors than it was given. Held by empty capability sets, and by the filter."""
WAY = "host"

attack({
    "nice": lambda: os.nice(-5),
    "nice by number": lambda: os.setpriority(os.PRIO_PROCESS, 0, -20),
    "real time": lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1)),
    "round robin": lambda: os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(99)),
    "deadline": lambda: call("sched_setattr", 0, (ctypes.c_uint64 * 6)(6 << 32 | 48, 0, 0, 10**6, 10**7, 10**7), 0),
    "discs": lambda: call("ioprio_set", 1, 0, 1 << 13),
})
CANNOT = {"real time": ("without a share of real time for its cgroup", "no real time:"),
          "round robin": ("without a share of real time for its cgroup", "no real time:"),
          "deadline": ("without a share of real time for its cgroup", "no real time:")}
