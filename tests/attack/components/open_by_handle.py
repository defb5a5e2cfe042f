"""Shocker: opens a file by its handle, past every path and mount, with a descriptor of any directory of the same file system.
Held by the filter: neither of the two calls is allowed (the kernel would ask for CAP_DAC_READ_SEARCH)."""
WAY = "host"


def handle(path):
    buffer = ctypes.create_string_buffer((128).to_bytes(4, "little") + bytes(132))
    call("name_to_handle_at", -100, path.encode(), buffer, ctypes.byref(ctypes.c_int()), 0)
    return buffer


def of_inode(number):
    """What ext4 makes of an inode number: FILEID_INO32_GEN, generation 0."""
    return ctypes.create_string_buffer((8).to_bytes(4, "little") + (1).to_bytes(4, "little") + number.to_bytes(4, "little") + bytes(4))


attack({
    "ask for one": lambda: handle("/usr"),
    "open a file": lambda: call("open_by_handle_at", os.open("/usr", os.O_RDONLY), handle(host["secret"]), os.O_RDONLY),
    "open the host's root by inode 2": lambda: call("open_by_handle_at", os.open("/usr", os.O_RDONLY), of_inode(2), os.O_RDONLY),
})
