"""CVE-2019-10063 and CVE-2019-7303: the kernel takes 32 bits of an argument, a filter that compares 64 lets the rest pass. With the upper
half set: forbidden arguments of every call whose arguments the filter looks at. (Terminals have a test of their own.)"""
WAY = "host"
CANNOT = {"AF_VSOCK": ("a kernel without it", "no socket:40,1,0")}

HIGH = 0x5A << 32


def clone():
    pid = call("clone", HIGH | 0x4000000 | 17, 0, 0, 0, 0)
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)


def no_set_id(mode):
    open("plain", "w").close()
    call("fchmodat", -100, b"plain", mode)
    must(os.stat("plain").st_mode & 0o6000, "no bit was set")


attack({
    "mode": lambda: no_set_id(HIGH | 0o4755),
    "mode, 16 bits": lambda: no_set_id(0o4755 | 0x10000 | HIGH),
    "namespace by clone": clone,
    "parent-death signal": lambda: call("prctl", HIGH | 1, 0, 0, 0, 0),
    "dumpable": lambda: call("prctl", HIGH | 4, 1, 0, 0, 0),
    "personality": lambda: call("personality", HIGH | 0x40000),
    "raw socket": lambda: call("socket", HIGH | 2, HIGH | 3, HIGH | 1),
    "raw socket, protocol alone": lambda: call("socket", 2, 3, HIGH | 1),
    "netlink": lambda: call("socket", HIGH | 16, 3, 0),
    "AF_VSOCK": lambda: call("socket", HIGH | 40, 1, 0),
    "core limit": lambda: call("prlimit64", 0, HIGH | 4, (ctypes.c_uint64 * 2)(0, 1), None),
    "huge pages": lambda: call("memfd_create", b"x", HIGH | 4),
})
