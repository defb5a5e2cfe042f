"""A futex in a mapping of a file that both see read-only: its key is the inode, so FUTEX_WAKE says who waits there, and wakes it."""
import threading

OPEN = "a filter sees no mapping"
libc.mmap.restype = ctypes.c_void_p


def address(me):
    return libc.mmap(None, 4096, 1, 1, os.open(me.shared, os.O_RDONLY), ctypes.c_long(0))  # MAP_SHARED


def wait(me, at):
    value = ctypes.c_uint.from_address(at).value
    if libc.syscall(NUMBERS["futex"][platform.machine() != "x86_64"], ctypes.c_void_p(at), 0, value, None) == 0:  # FUTEX_WAIT
        me.woken.append(1)


def plant(me):
    me.woken = []
    threading.Thread(target=wait, args=(me, address(me)), daemon=True).start()


def look(me):
    at = ctypes.c_void_p(address(me))
    for _ in range(100):  # it may not be waiting yet
        if syscall("futex", at, 1, 1):  # FUTEX_WAKE
            return True
        time.sleep(0.02)
