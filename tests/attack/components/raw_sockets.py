"""Sends packets that the kernel did not write: CVE-2017-7308 and CVE-2020-14386 came by AF_PACKET. Held by the filter."""
WAY = "root"

attack({"IPv4": lambda: call("socket", 2, 3, 1), "IPv4, any protocol": lambda: call("socket", 2, 3, 255),
        "IPv6": lambda: call("socket", 10, 3, 58),
        "packets": lambda: call("socket", 17, 3, 0x0300), "packets, cooked": lambda: call("socket", 17, 2, 0x0300),
        "packets, old": lambda: call("socket", 2, 10, 0x0300)})
