"""The user keyring belongs to the uid and the user namespace, not to any process (user-keyring(7)); isolate closed it in 2.4."""
PLANTING = LOOKING = ["EPERM"]
USER = -4  # KEY_SPEC_USER_KEYRING


def possess():
    """A session keyring that leads to the user's, as a login makes it: what is in it may then be read."""
    syscall("keyctl", 1, 0)  # KEYCTL_JOIN_SESSION_KEYRING
    syscall("keyctl", 8, USER, -3)  # KEYCTL_LINK, KEY_SPEC_SESSION_KEYRING


def plant(me):
    possess()
    text = str(me.token).encode()
    me.serial = syscall("add_key", b"user", me.name.encode(), text, len(text), USER)


def look(me):
    possess()
    serial = syscall("keyctl", 10, USER, b"user", me.name.encode(), 0)  # KEYCTL_SEARCH
    text = ctypes.create_string_buffer(16)
    syscall("keyctl", 11, serial, text, 16)  # KEYCTL_READ
    return int(text.value)


def withdraw(me):
    syscall("keyctl", 9, syscall("keyctl", 10, USER, b"user", me.name.encode(), 0), USER)  # KEYCTL_UNLINK
