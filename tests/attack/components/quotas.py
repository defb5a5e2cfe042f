"""Reads and sets discs' quotas. Held by the filter."""
WAY = "host"

Q_SYNC, Q_GETFMT = 0x800001, 0x800004

# whoever may ask is told that there is no such device, or no quota on it
attack({"all": lambda: call("quotactl", Q_SYNC << 8, None, 0, None),
        "of a device": lambda: passes("ENOENT", call, "quotactl", Q_GETFMT << 8, b"/omnisbx-none", 0, ctypes.create_string_buffer(8)),
        "by descriptor": lambda: passes("EBADF", call, "quotactl_fd", -1, Q_GETFMT << 8, 0, None)})
