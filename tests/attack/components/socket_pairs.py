"""The same by socketpair, of which a filter must not forget that it makes sockets too. Held by the filter."""
WAY = "host"
CANNOT = {"TIPC": ("a kernel without it", "no socket:30,2,0"), "netlink": ("the kernel makes no pairs of it", "always:")}
fds = (ctypes.c_int * 2)()

attack({"TIPC": lambda: call("socketpair", 30, 2, 0, fds), "netlink": lambda: call("socketpair", 16, 3, 0, fds),
        "IPv4": lambda: passes("EOPNOTSUPP", call, "socketpair", 2, 1, 0, fds),
        "raw": lambda: passes("EOPNOTSUPP", call, "socketpair", 2, 3, 1, fds)})
