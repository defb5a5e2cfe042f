"""The user keyring belongs to the uid and the user namespace, not to any process (user-keyring(7)); isolate closed it in 2.4."""
PLANTING = LOOKING = ["EPERM"]
USER = -4  # KEY_SPEC_USER_KEYRING


def plant(me):
    text = str(me.token).encode()
    me.serial = syscall("add_key", b"user", me.name.encode(), text, len(text), USER)


def look(me):
    serial = syscall("keyctl", 10, USER, b"user", me.name.encode(), 0)  # KEYCTL_SEARCH
    text = ctypes.create_string_buffer(16)
    syscall("keyctl", 11, serial, text, 16)  # KEYCTL_READ
    return int(text.value)


def withdraw(me):
    syscall("keyctl", 9, syscall("keyctl", 10, USER, b"user", me.name.encode(), 0), USER)  # KEYCTL_UNLINK
