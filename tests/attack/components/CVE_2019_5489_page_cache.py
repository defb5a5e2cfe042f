"""CVE-2019-5489: sees which pages of a shared file others have used, by mincore, and by a read that does not wait.
Then throws them out, to look again. Held by the filter."""
WAY = "host"  # mincore: the file's owner, since it was mended

RWF_NOWAIT = 8

def file():
    return os.open("/usr/lib/os-release", os.O_RDONLY)


def in_core():
    libc.mmap.restype = ctypes.c_void_p
    address = libc.mmap(None, 4096, 1, 2, file(), 0)
    call("mincore", address, 4096, ctypes.create_string_buffer(1))


def without_waiting():
    """Bytes: they were there. EAGAIN: they were not. Each of the two is the answer."""
    buffer = ctypes.create_string_buffer(16)
    passes("EAGAIN", call, "preadv2", file(), (ctypes.c_void_p * 2)(ctypes.addressof(buffer), 16), 1, 0, 0, RWF_NOWAIT)


attack({"mincore": in_core, "a read that does not wait": without_waiting,
        "throw out": lambda: os.posix_fadvise(file(), 0, 0, os.POSIX_FADV_DONTNEED)})
