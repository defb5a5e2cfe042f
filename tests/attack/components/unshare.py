"""Makes a new namespace of each kind, and with each a view of the kernel's code that only root had before. Held by the filter."""
WAY = "root"

KINDS = {"mount": 0x20000, "cgroup": 0x2000000, "uts": 0x4000000, "ipc": 0x8000000, "user": 0x10000000, "pid": 0x20000000,
         "net": 0x40000000, "time": 0x80}

attack({name: (lambda flag=flag: call("unshare", flag)) for name, flag in KINDS.items()})
