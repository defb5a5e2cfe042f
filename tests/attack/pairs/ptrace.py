"""ptrace(PTRACE_SEIZE) of the other, by its own number and by every number that there is."""
libc.ptrace.argtypes = [ctypes.c_long] * 4


def plant(me):
    libc.prctl(0x59616d61, ctypes.c_ulong(-1), 0, 0, 0)  # PR_SET_PTRACER: Yama would ask for it


def look(me):
    for pid in [me.pid, 1, *range(2, 200)]:
        try:
            if pid != os.getpid():
                ok(libc.ptrace(0x4206, pid, 0, 0))  # PTRACE_SEIZE
                return True
        except OSError as error:
            last = error
    raise last
