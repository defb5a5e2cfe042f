"""/proc/PID/mem of the other, at an address that both have agreed on."""
ADDRESS = 0x123400000000
libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]


def plant(me):
    libc.prctl(0x59616d61, ctypes.c_ulong(-1), 0, 0, 0)  # PR_SET_PTRACER: Yama would ask for it
    libc.mmap(ADDRESS, 4096, 3, 0x100022, -1, 0)  # MAP_FIXED_NOREPLACE
    ctypes.c_uint.from_address(ADDRESS).value = me.token


def look(me):
    with open(f"/proc/{me.pid}/mem", "rb", 0) as file:
        file.seek(ADDRESS)
        return struct.unpack("I", file.read(4))[0]
