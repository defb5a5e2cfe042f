"""mincore says which pages of a shared file are in the page cache: those that the other has read."""
import mmap

PLANTING = LOOKING = ["EPERM"]


def plant(me):
    fd = os.open(me.shared, os.O_RDONLY)
    for bit in range(15):
        me.token >> bit & 1 and os.pread(fd, 1, bit << 20)
    pages(me)


def pages(me):
    fd = os.open(me.shared, os.O_RDONLY)
    found = ctypes.create_string_buffer(15 << 8)
    with mmap.mmap(fd, 15 << 20, mmap.MAP_PRIVATE) as memory:
        view = (ctypes.c_char * (15 << 20)).from_buffer(memory)
        result = libc.mincore(ctypes.c_void_p(ctypes.addressof(view)), ctypes.c_size_t(15 << 20), found)
        del view
    ok(result)
    return found.raw


def look(me):
    found = pages(me)
    return sum((found[bit << 8] & 1) << bit for bit in range(15))
