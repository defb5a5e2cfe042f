"""Reads the terminal by the descriptors that it was given for writing, and by opening them again."""
def attack(fd):
    for act in (lambda: fd, lambda: os.open(f"/proc/self/fd/{fd}", os.O_RDONLY | os.O_NONBLOCK), lambda: os.open("/dev/tty", os.O_RDONLY),
                lambda: os.open("/dev/stdout", os.O_RDWR | os.O_NONBLOCK), lambda: os.open(sys.argv[1], os.O_RDONLY)):
        try:
            return os.read(act(), 6) == b"secret"
        except OSError as error:
            last = error
    raise last
