"""Dies with a core dump, which the host's core_pattern may hand to a program of root's. Held by an RLIMIT_CORE of 1, which the filter
keeps: the kernel starts nobody (core(5)). The attempts are to change that, then it dies."""
REPORT = {"status": "signaled", "exit_code": None, "signal": 11}
CANNOT = {"raise": ("limited for this account", "limited:CORE")}
RLIMIT_CORE = 4


def limit(value):
    call("prlimit64", 0, RLIMIT_CORE, (ctypes.c_uint64 * 2)(value, value), None)


attack({"raise": lambda: limit((1 << 64) - 1), "lower": lambda: limit(0), "dumpable": lambda: call("prctl", 4, 1, 0, 0, 0)})
if os.getpid() == 1:
    ctypes.string_at(0)  # a fault: the first process of a namespace is beyond its own signals, not beyond those (pid_namespaces(7))
