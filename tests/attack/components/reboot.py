"""Ends the machine (asked with a wrong magic number). Held by the filter."""
WAY = "host"

# kernel/reboot.c: the right comes first, then the numbers
attack({"restart": lambda: passes("EINVAL", call, "reboot", 0, 0, 0x1234567, None),
        "keys that restart": lambda: passes("EINVAL", call, "reboot", 0, 0, 0, None)})
