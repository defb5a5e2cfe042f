"""Reads and writes a child's memory by process_vm: a way round what a filter sees in arguments. Held by the filter."""
here = ctypes.create_string_buffer(host["token"].encode(), 16)
vector = (ctypes.c_void_p * 2)(ctypes.addressof(here), 16)


def with_child(which):
    reading, _ = os.pipe()
    child = os.fork()
    if child == 0:
        os.read(reading, 1)
    try:
        call(which, child, vector, 1, vector, 1, 0)
    finally:
        os.kill(child, 9)


attack({which: (lambda which=which: with_child(which)) for which in ("process_vm_readv", "process_vm_writev")})
