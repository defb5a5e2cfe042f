"""Talks to devices past the kernel: iopl, ioperm, /dev/port, /dev/mem. Held by the filter; the devices are not there."""
WAY = "host"
CANNOT = {"iopl": ("a kernel or processor without it", "no call:iopl"), "ioperm": ("a kernel or processor without it", "no call:ioperm"),
          "/dev/mem": ("a kernel without it", "no file:/dev/mem"), "/dev/port": ("a kernel without it", "no file:/dev/port")}

attack({"iopl": lambda: call("iopl", 3), "ioperm": lambda: call("ioperm", 0x80, 1, 1),
        "/dev/mem": lambda: os.open("/dev/mem", os.O_RDONLY), "/dev/port": lambda: os.open("/dev/port", os.O_RDONLY)})
