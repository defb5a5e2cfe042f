"""Swap on a file of its own, and none for the host (of a name that does not exist). Held by the filter."""
WAY = "host"

attack({"on": lambda: passes("ENOENT", call, "swapon", b"/omnisbx-none", 0),
        "off": lambda: passes("ENOENT", call, "swapoff", b"/omnisbx-none")})
