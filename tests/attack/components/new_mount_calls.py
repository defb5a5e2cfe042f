"""Each step of the newer way to mount, and all of them together. Held by the filter."""
WAY = "root"
CLONE, CREATE, STRING = 1, 6, 1


def whole(kind):
    context = call("fsopen", kind, 0)
    call("fsconfig", context, CREATE, None, None, 0)
    call("move_mount", call("fsmount", context, 0, 0), b"", -100, os.getcwd().encode(), 4)


attack({
    "open": lambda: call("fsopen", b"tmpfs", 0),
    "configure": lambda: passes("EINVAL", call, "fsconfig", -1, CREATE, None, None, 0),
    "make": lambda: passes("EBADF", call, "fsmount", -1, 0, 0),
    "tree": lambda: call("open_tree", -100, b"/usr", CLONE),
    "tree, not cloned": lambda: call("open_tree", -100, b"/usr", 0),
    "move": lambda: call("move_mount", call("open_tree", -100, b"/usr", CLONE), b"", -100, os.getcwd().encode(), 4),
    "proc": lambda: whole(b"proc"), "tmpfs": lambda: whole(b"tmpfs"), "sysfs": lambda: whole(b"sysfs"),
})
