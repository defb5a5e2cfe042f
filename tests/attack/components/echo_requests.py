"""Sends echo requests by a socket of datagrams, which needs no right where net.ipv4.ping_group_range says so. Held by the filter."""
WAY = "root"

with_group = "/proc/sys/net/ipv4/ping_group_range"


def ping(family, protocol):
    if os.getuid() == 0:
        open(with_group, "w").write("0 0")
    call("socket", family, 2, protocol)


attack({"IPv4": lambda: ping(2, 1), "IPv6": lambda: ping(10, 58)})
