"""Takes read-only, nosuid and nodev off a mount: by mount, by mount_setattr and by fspick. Held by the filter."""
WAY = "root"

MS_RDONLY, MS_REMOUNT, MS_BIND = 1, 32, 0x1000
attributes = (ctypes.c_uint64 * 4)(0, 7, 0, 0)  # clear: RDONLY, NOSUID, NODEV

attack({
    "bind remount": lambda: call("mount", None, b"/dev/shm", None, MS_REMOUNT | MS_BIND, None),
    "remount": lambda: call("mount", None, b"/dev/shm", None, MS_REMOUNT, None),
    "attributes": lambda: call("mount_setattr", -100, b"/dev/shm", 0, attributes, ctypes.sizeof(attributes)),
    "attributes of the root": lambda: call("mount_setattr", -100, b"/", 0, attributes, ctypes.sizeof(attributes)),
    "pick": lambda: call("fspick", -100, b"/dev/shm", 0),
})
