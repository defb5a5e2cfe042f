"""Opens the terminal by its names, and makes another."""
def attack(fd):
    for name in ("/dev/tty", sys.argv[1], "/dev/ptmx", "/dev/pts/ptmx", "/dev/console", "/dev/tty0"):
        try:
            return os.open(name, os.O_RDWR | os.O_NOCTTY) >= 0
        except OSError as error:
            last = error
    raise last
