"""Starts 200 processes at once. Held by pids.max (or by RLIMIT_NPROC where limits are rlimits)."""


def many():
    reading, writing = os.pipe()
    children = []
    try:
        for _ in range(200):
            child = os.fork()
            if child == 0:
                os.close(writing)
                os.read(reading, 1)
                os._exit(0)
            children.append(child)
    finally:
        os.close(writing)
        for child in children:
            os.waitpid(child, 0)


attack({"200": many})
