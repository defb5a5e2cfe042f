"""System V shared memory stays until somebody removes it."""
PLANTING = LOOKING = ["EPERM"]
libc.shmat.restype = ctypes.c_void_p


def plant(me):
    ctypes.c_uint.from_address(libc.shmat(ok(libc.shmget(me.key, 4096, 0o1666)), None, 0)).value = me.token


def look(me):
    return ctypes.c_uint.from_address(libc.shmat(ok(libc.shmget(me.key, 4096, 0o666)), None, 0)).value


def withdraw(me):
    libc.shmctl(ok(libc.shmget(me.key, 4096, 0o666)), 0, None)
