"""Reads, writes and gives away another process's memory. Held by the filter, and by the pid namespace."""
WAY = "host"

here = ctypes.create_string_buffer(host["token"].encode(), 16)
local = (ctypes.c_void_p * 2)(ctypes.addressof(here), 16)
remote = (ctypes.c_void_p * 2)(host["address"], 16)
page = (ctypes.c_void_p * 2)(host["address"] & ~4095, 4096)
MADV_COLD = 20

attack({
    "read": lambda: call("process_vm_readv", host["pid"], local, 1, remote, 1, 0),
    "write": lambda: call("process_vm_writev", host["pid"], local, 1, remote, 1, 0),
    "advise": lambda: call("process_madvise", call("pidfd_open", host["pid"], 0), page, 1, MADV_COLD, 0),
    "move": lambda: call("move_pages", host["pid"], 0, None, None, None, 0),
    "migrate": lambda: call("migrate_pages", host["pid"], 64, ctypes.c_char_p(b"\1" + bytes(7)), ctypes.c_char_p(b"\1" + bytes(7))),
})
