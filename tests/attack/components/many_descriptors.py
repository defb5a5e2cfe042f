"""Opens 3,000 pipes, sockets, event counters and memory files: each is memory of the kernel. Held by RLIMIT_NOFILE, whose
hard limit is 1024."""
import resource
import socket


def many(make):
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(limit, 8000), limit))
    kept = [make() for _ in range(3000)]
    return len(kept)


attack({"pipes": lambda: many(os.pipe), "sockets": lambda: many(socket.socketpair), "counters": lambda: many(lambda: os.eventfd(0)),
        "memory files": lambda: many(lambda: os.memfd_create("x")),
        "a higher limit": lambda: call("prlimit64", 0, 7, (ctypes.c_uint64 * 2)(4096, 4096), None)})
