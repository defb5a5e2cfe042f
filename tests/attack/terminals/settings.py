"""tcsetattr: no echo, no line, no signals by key."""
INSIDE = "EPERM"


def attack(fd):
    words = ctypes.create_string_buffer(64)
    ioctl(fd, 0x5401, words)  # TCGETS, which is allowed: isatty
    return [ioctl(fd, request, words) for request in (0x5402, 0x5403, 0x5404, 1 << 32 | 0x5402)]  # TCSETS, TCSETSW, TCSETSF
