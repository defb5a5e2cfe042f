"""Reads the kernel's messages: addresses, and what happens to others. Held by the filter; /dev/kmsg is not there."""
WAY = "host"

READ_ALL, SIZE = 3, 10
buffer = ctypes.create_string_buffer(4096)

attack({"read": lambda: call("syslog", READ_ALL, buffer, 4096), "size": lambda: call("syslog", SIZE, None, 0),
        "device": lambda: os.read(os.open("/dev/kmsg", os.O_RDONLY | os.O_NONBLOCK), 4096)})
