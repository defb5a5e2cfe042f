"""Brings its loopback up, gives it an address, and renames it: a network that no one made for it. Held by the filter: ioctl by a list."""
WAY = "root"
import socket
import struct

SIOCSIFFLAGS, SIOCSIFADDR, SIOCGIFFLAGS, SIOCSIFMTU = 0x8914, 0x8916, 0x8913, 0x8922


def device(request, text):
    with socket.socket(type=socket.SOCK_DGRAM) as s:
        buffer = ctypes.create_string_buffer(b"lo".ljust(16, b"\0") + text, 40)
        if libc.ioctl(s.fileno(), ctypes.c_ulong(request), buffer) == -1:
            raise OSError(ctypes.get_errno(), "ioctl")


attack({"up": lambda: device(SIOCSIFFLAGS, struct.pack("h", 1)), "seen": lambda: device(SIOCGIFFLAGS, b""),
        "size of packets": lambda: device(SIOCSIFMTU, struct.pack("i", 1500)),
        "address": lambda: device(SIOCSIFADDR, struct.pack("hH4s", 2, 0, bytes((10, 0, 0, 1))))})
