"""cachestat (Linux 6.5) counts the pages of a file that are in the page cache, of any file that can be opened."""
PLANTING = LOOKING = ["EPERM", "ENOSYS"]
OUTSIDE = [("ENOSYS", "", "a kernel before 6.5, which has no such call")]


def count(fd, bit):
    found = (ctypes.c_uint64 * 5)()
    syscall("cachestat", fd, (ctypes.c_uint64 * 2)(bit << 20, 4096), found, 0)
    return found[0]


def plant(me):
    fd = os.open(me.shared, os.O_RDONLY)
    for bit in range(15):
        me.token >> bit & 1 and os.pread(fd, 1, bit << 20)
    count(fd, 0)


def look(me):
    fd = os.open(me.shared, os.O_RDONLY)
    return sum(count(fd, bit) << bit for bit in range(15))
