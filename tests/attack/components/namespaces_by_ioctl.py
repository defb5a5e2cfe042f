"""Asks a namespace's file for the user namespace that owns it: a way to others without /proc. Held by the filter: ioctl by a list."""
WAY = "host"

NS_GET_USERNS, NS_GET_PARENT, NS_GET_NSTYPE = 0xB701, 0xB702, 0xB703


def ask(kind, request):
    if libc.ioctl(os.open(f"/proc/self/ns/{kind}", os.O_RDONLY), ctypes.c_ulong(request), 0) == -1:
        raise OSError(ctypes.get_errno(), kind)


attack({"owner of net": lambda: ask("net", NS_GET_USERNS), "owner of mnt": lambda: ask("mnt", NS_GET_USERNS),
        "kind": lambda: ask("pid", NS_GET_NSTYPE)})
