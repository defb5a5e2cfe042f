"""Locks more memory than it may, so that the host cannot move it to swap. Held by RLIMIT_MEMLOCK, empty capability sets, and the filter."""
WAY = "host"


def lock():
    import mmap
    area = mmap.mmap(-1, 16 << 20)
    address = ctypes.addressof(ctypes.c_char.from_buffer(area))
    if libc.mlock(ctypes.c_void_p(address), ctypes.c_size_t(16 << 20)):
        raise OSError(ctypes.get_errno(), "mlock")


def lock_all():
    if libc.mlockall(1):
        raise OSError(ctypes.get_errno(), "mlockall")


attack({"16 MiB": lock, "all": lock_all})
