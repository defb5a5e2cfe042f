"""Keys that outlive it, and those of its user and session on the host. Held by the filter; the keyring itself is new for each run."""
SESSION, USER = -3, -4
GET_KEYRING_ID, JOIN_SESSION, DESCRIBE = 0, 1, 6

attack({
    "add": lambda: call("add_key", b"user", b"omnisbx-attack", b"x", 1, SESSION),
    "ask": lambda: passes("ENOKEY", call, "request_key", b"user", b"omnisbx-none", None, 0),
    "session": lambda: call("keyctl", GET_KEYRING_ID, SESSION, 1),
    "user": lambda: call("keyctl", GET_KEYRING_ID, USER, 1),
    "describe": lambda: call("keyctl", DESCRIBE, USER, ctypes.create_string_buffer(256), 256),
})
