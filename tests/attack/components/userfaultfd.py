"""Stops the kernel in the middle of a copy: the tool that makes races certain. Held by the filter."""
WAY = "host"

USER_MODE_ONLY = 1

attack({"all": lambda: call("userfaultfd", 0), "own mode only": lambda: call("userfaultfd", USER_MODE_ONLY),
        "device": lambda: os.open("/dev/userfaultfd", os.O_RDWR)})
CANNOT = {"device": ("before Linux 6.1", "no file:/dev/userfaultfd")}
