"""process_vm_readv of a page at an address that both have agreed on."""
ADDRESS = 0x123400000000
libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]


def plant(me):
    libc.prctl(0x59616d61, ctypes.c_ulong(-1), 0, 0, 0)  # PR_SET_PTRACER: Yama would ask for it
    libc.mmap(ADDRESS, 4096, 3, 0x100022, -1, 0)  # MAP_FIXED_NOREPLACE
    ctypes.c_uint.from_address(ADDRESS).value = me.token


def look(me):
    value = ctypes.c_uint()
    local = (ctypes.c_void_p * 2)(ctypes.addressof(value), 4)
    remote = (ctypes.c_void_p * 2)(ADDRESS, 4)
    ok(libc.process_vm_readv(me.pid, local, 1, remote, 1, 0))
    return value.value
