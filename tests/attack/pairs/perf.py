"""perf_event_open on the other's process counts what it does."""
OUTSIDE = [("EPERM", "/proc/sys/kernel/perf_event_paranoid", "3"), ("EACCES", "/proc/sys/kernel/perf_event_paranoid", "3"),
           ("EACCES", "/proc/sys/kernel/perf_event_paranoid", "4"), ("ENOSYS", "/proc/sys/kernel/perf_event_paranoid", "")]


def plant(me):
    libc.prctl(0x59616d61, ctypes.c_ulong(-1), 0, 0, 0)  # PR_SET_PTRACER: Yama would ask for it


def look(me):
    attributes = struct.pack("IIQQQQQ", 1, 128, 1, 0, 0, 0, 1 << 5 | 1 << 6) + bytes(80)  # a software clock, without kernel and hypervisor
    syscall("perf_event_open", attributes, me.pid, -1, -1, 8)
    return True
