"""Faults of the processor: pid 1 of a namespace, which ignores what it sends itself, is ended by them."""
import mmap
import tempfile

CASES = {name: {"status": "signaled", "exit_code": None, "signal": number}
         for name, number in (("SIGSEGV", 11), ("SIGBUS", 7), ("SIGILL", 4), ("SIGTRAP", 5))}
FOOLS = "signal"
CODE = {"SIGILL": {"x86_64": b"\x0f\x0b", "aarch64": bytes(4)}, "SIGTRAP": {"x86_64": b"\xcc", "aarch64": b"\x00\x00\x20\xd4"}}

which = sys.argv[1]
if which == "SIGSEGV":
    ctypes.string_at(0)
elif which == "SIGBUS":
    with tempfile.TemporaryFile() as file:
        file.truncate(4096)
        memory = mmap.mmap(file.fileno(), 4096)
        file.truncate(0)
        memory[0]
else:
    memory = mmap.mmap(-1, 4096, prot=7)
    memory.write(CODE[which][platform.machine()])
    ctypes.CFUNCTYPE(None)(ctypes.addressof(ctypes.c_char.from_buffer(memory)))()
