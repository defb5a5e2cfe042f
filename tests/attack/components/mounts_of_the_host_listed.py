"""Lists mounts by the newer calls, which need no /proc. Held by the filter: they do not exist (ENOSYS)."""
WAY = "root"
CANNOT = {"list": ("newer than this kernel", "no call:listmount"), "status": ("newer than this kernel", "no call:statmount")}

request = (ctypes.c_uint64 * 3)(24, 0xFFFFFFFFFFFFFFFF, 0)  # struct mnt_id_req: the root of the namespace (LSMT_ROOT)
answers = (ctypes.c_uint64 * 64)()


def status():
    passes("ENOENT", call, "statmount", (ctypes.c_uint64 * 3)(24, 1 << 40, 1), answers, 512, 0)


attack({"list": lambda: call("listmount", request, answers, 64, 0), "status": status})
