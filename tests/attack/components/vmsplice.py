"""Gives its own pages to a pipe: CVE-2008-0600 came by it. Held by the filter."""
buffer = ctypes.create_string_buffer(4096)
vector = (ctypes.c_void_p * 2)(ctypes.addressof(buffer), 4096)

attack({"give": lambda: call("vmsplice", os.pipe()[1], vector, 1, 0)})
