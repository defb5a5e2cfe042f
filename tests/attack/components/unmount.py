"""Takes away what covers the host's files. Held by the filter (and there is nothing below: the host's root is gone from the namespace)."""
WAY = "root"

MNT_DETACH = 2

attack({"/proc": lambda: call("umount2", b"/proc", MNT_DETACH), "/dev/shm": lambda: call("umount2", b"/dev/shm", MNT_DETACH),
        "/dev": lambda: call("umount2", b"/dev", MNT_DETACH)})
