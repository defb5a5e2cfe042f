"""Mounts each file system that shows or changes the host, and binds what it sees elsewhere. Held by the filter."""
WAY = "root"
KINDS = ("tmpfs", "proc", "sysfs", "cgroup2", "devpts", "mqueue", "ramfs", "devtmpfs", "securityfs", "debugfs", "tracefs", "bpf")
CANNOT = {"securityfs": ("a kernel without it", "no file system:securityfs"), "debugfs": ("a kernel without it", "no file system:debugfs"),
          "tracefs": ("a kernel without it", "no file system:tracefs"), "bpf": ("a kernel without it", "no file system:bpf"),
          "mqueue": ("a kernel without it", "no file system:mqueue")}

here = os.getcwd().encode()
MS_BIND, MS_MOVE, MS_SHARED, MS_REC = 0x1000, 0x2000, 0x100000, 0x4000

attack({kind: (lambda kind=kind: call("mount", b"none", here, kind.encode(), 0, None)) for kind in KINDS} | {
    "bind": lambda: call("mount", b"/usr", here, None, MS_BIND | MS_REC, None),
    "share": lambda: call("mount", None, b"/dev/shm", None, MS_SHARED, None),
    "move": lambda: call("mount", b"/proc", here, None, MS_MOVE, None),
    "bind over /dev": lambda: call("mount", b"/usr", b"/dev", None, MS_BIND, None),
})
