"""System V semaphores (ipc_namespaces(7))."""
PLANTING = LOOKING = ["EPERM"]


def plant(me):
    ok(libc.semctl(ok(libc.semget(me.key, 1, 0o1666)), 0, 16, me.token))  # SETVAL


def look(me):
    return ok(libc.semctl(ok(libc.semget(me.key, 1, 0o666)), 0, 12))  # GETVAL


def withdraw(me):
    libc.semctl(ok(libc.semget(me.key, 1, 0o666)), 0, 0)
