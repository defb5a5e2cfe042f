"""Loads a program into the kernel, and makes a map. Held by the filter."""
WAY = "host"

PROG_LOAD, MAP_CREATE, SOCKET_FILTER, ARRAY = 5, 0, 1, 2
program = ctypes.create_string_buffer(bytes.fromhex("b7000000 00000000 95000000 00000000"))  # r0 = 0; exit
licence = ctypes.create_string_buffer(b"GPL")
load = ctypes.create_string_buffer((SOCKET_FILTER).to_bytes(4, "little") + (2).to_bytes(4, "little") +
                                   ctypes.addressof(program).to_bytes(8, "little") + ctypes.addressof(licence).to_bytes(8, "little"), 128)
array = ctypes.create_string_buffer(b"".join(n.to_bytes(4, "little") for n in (ARRAY, 4, 4, 1, 0)), 128)

attack({"program": lambda: call("bpf", PROG_LOAD, load, 128), "map": lambda: call("bpf", MAP_CREATE, array, 128)})
