"""System V message queues (ipc_namespaces(7))."""
PLANTING = LOOKING = ["EPERM"]


def plant(me):
    ok(libc.msgsnd(ok(libc.msgget(me.key, 0o1666)), struct.pack("lI", 1, me.token), 4, 0))


def look(me):
    message = ctypes.create_string_buffer(16)
    ok(libc.msgrcv(ok(libc.msgget(me.key, 0o666)), message, 4, 0, 0o4000))  # IPC_NOWAIT
    return struct.unpack_from("lI", message)[1]


def withdraw(me):
    libc.msgctl(ok(libc.msgget(me.key, 0o666)), 0, None)
