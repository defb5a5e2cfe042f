"""preadv2(RWF_NOWAIT) reads what is in the page cache and nothing else: which pages the other has read."""
PLANTING = LOOKING = ["EPERM"]


def probe(fd, bit):
    try:
        return os.preadv(fd, [bytearray(1)], bit << 20, os.RWF_NOWAIT) == 1
    except BlockingIOError:
        return False


def plant(me):
    fd = os.open(me.shared, os.O_RDONLY)
    for bit in range(15):
        me.token >> bit & 1 and os.pread(fd, 1, bit << 20)
    probe(fd, 0)


def look(me):
    fd = os.open(me.shared, os.O_RDONLY)
    return sum(probe(fd, bit) << bit for bit in range(15))
