"""A key in the uid's persistent and user keyrings (persistent-keyring(7)): three days is its life, and the uid comes again."""
PLANTING = LOOKING = ["EPERM"]
USER = -4  # KEY_SPEC_USER_KEYRING


def possess():
    """A session keyring that leads to the user's, as a login makes it: what is in it may then be read."""
    syscall("keyctl", 1, 0)  # KEYCTL_JOIN_SESSION_KEYRING
    syscall("keyctl", 8, USER, -3)  # KEYCTL_LINK, KEY_SPEC_SESSION_KEYRING


def plant(me):
    possess()
    text = str(me.token).encode()
    syscall("add_key", b"user", me.name.encode(), text, len(text), USER)
    if os.fork() == 0:  # keeps the uid's keyrings, as any process of the uid does
        for fd in (1, 2, 3):
            os.close(fd)
        signal.pause()


def look(me):
    possess()
    text = ctypes.create_string_buffer(16)
    syscall("keyctl", 11, syscall("keyctl", 10, USER, b"user", me.name.encode(), 0), text, 16)  # KEYCTL_READ, KEYCTL_SEARCH
    return int(text.value)
