"""Calls that no honest component needs, each once the way of a hole or to another program. Held by the filter."""
WAY = "host"
CANNOT = {"secret memory": ("a kernel without it, or not switched on", "no call:memfd_secret"),
          "lookup_dcookie": ("removed in Linux 6.8, or without profiling", "no call:lookup_dcookie"),
          "protection keys": ("a processor without them", "no protection keys:")}

attack({
    "asynchronous input and output": lambda: call("io_setup", 1, ctypes.byref(ctypes.c_ulong())),
    "secret memory": lambda: call("memfd_secret", 0),
    "hang up a terminal": lambda: os.setsid() or call("vhangup"),  # there is none in a new session
    "a filter with a listener": lambda: passes("EFAULT", call, "seccomp", 1, 8, None),
    "memory of the dead": lambda: passes("EBADF", call, "process_mrelease", -1, 0),
    "lookup_dcookie": lambda: passes("EINVAL", call, "lookup_dcookie", 0, None, 0),
    "protection keys": lambda: call("pkey_alloc", 0, 0),
})
