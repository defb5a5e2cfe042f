"""Takes capabilities: into its sets, its ambient set, by keeping them, and by unlocking what locks them. Held by empty sets, an empty
bounding set, locked securebits, and the filter."""
WAY = "host"
import ctypes

PR_SET_KEEPCAPS, PR_CAPBSET_DROP, PR_SET_SECUREBITS, PR_CAP_AMBIENT = 8, 24, 28, 47
NET_RAW = 13


def sets(*three):
    low = (ctypes.c_uint32 * 6)(*three, 0, 0, 0)
    call("capset", (ctypes.c_uint32 * 2)(0x20080522, 0), low)
    must(any(int(line.split()[1], 16) for line in open("/proc/self/status") if line.startswith("CapPrm")), "nothing came of it")


def ambient():
    if os.getuid() == 0:
        sets(1 << NET_RAW, 1 << NET_RAW, 1 << NET_RAW)
    call("prctl", PR_CAP_AMBIENT, 2, NET_RAW, 0, 0)


attack({
    "all": lambda: sets(1 << NET_RAW, 1 << NET_RAW, 0),
    "inheritable": lambda: sets(1 << NET_RAW, 1 << NET_RAW, 1 << NET_RAW),
    "ambient": ambient,
    "kept": lambda: call("prctl", PR_SET_KEEPCAPS, 1, 0, 0, 0),
    "securebits": lambda: call("prctl", PR_SET_SECUREBITS, 0, 0, 0, 0),
    "bounding": lambda: call("prctl", PR_CAPBSET_DROP, NET_RAW, 0, 0, 0),
})
