"""Memory that cannot be swapped out."""
import mmap

RAISE, AMOUNT, BY = "MEMLOCK", 64, "ENOMEM"
maps = []


def flood(count):
    maps.append(mmap.mmap(-1, 4096))
    ok(libc.mlock(ctypes.c_void_p(ctypes.addressof(ctypes.c_char.from_buffer(maps[-1]))), ctypes.c_size_t(4096)))
