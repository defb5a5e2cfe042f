"""POSIX message queues (mq_overview(7)): one table for each IPC namespace."""
PLANTING = LOOKING = ["EPERM"]


def plant(me):
    queue = ok(libc.mq_open(b"/" + me.name.encode(), os.O_CREAT | os.O_RDWR, 0o666, None))
    ok(libc.mq_send(queue, struct.pack("I", me.token), 4, 0))


def look(me):
    message = ctypes.create_string_buffer(65536)
    ok(libc.mq_receive(ok(libc.mq_open(b"/" + me.name.encode(), os.O_RDONLY | os.O_NONBLOCK)), message, 65536, None))
    return struct.unpack_from("I", message)[0]


def withdraw(me):
    libc.mq_unlink(b"/" + me.name.encode())
