"""Loads a filter of its own, asks for the strict mode, and gives up no_new_privs. Held by the filter: a filter is never taken off, the
strongest answer holds, and no_new_privs cannot be undone."""
import struct

ALLOW = struct.pack("HBBI", 6, 0, 0, 0x7FFF0000)
program = ctypes.create_string_buffer(ALLOW)
filter = struct.pack("HxxxxxxP", 1, ctypes.addressof(program))


def load(how):
    if os.getuid():
        libc.prctl(38, 1, 0, 0, 0)
    how()


attack({
    "by prctl": lambda: load(lambda: call("prctl", 22, 2, ctypes.c_char_p(filter), 0, 0)),
    "by seccomp": lambda: load(lambda: call("seccomp", 1, 0, ctypes.c_char_p(filter))),
    "by seccomp, to ask another": lambda: load(lambda: call("seccomp", 1, 8, ctypes.c_char_p(filter))),
})
