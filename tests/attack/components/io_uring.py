"""io_uring does what a filter forbids, sockets for one, in the kernel's own thread. Held by the filter."""

attack({"ring": lambda: call("io_uring_setup", 4, ctypes.create_string_buffer(256))})
