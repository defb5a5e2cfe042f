"""Asks the kernel's parts by netlink: routes, devices, audit, and what they let namespaces see. Held by the filter."""
FAMILIES = {"routes": 0, "socket diagnosis": 4, "xfrm": 6, "audit": 9, "netfilter": 12, "devices": 15, "generic": 16}
CANNOT = {"socket diagnosis": ("a kernel without it", "no socket:16,3,4"), "xfrm": ("a kernel without it", "no socket:16,3,6"),
          "audit": ("a kernel without it", "no socket:16,3,9"), "netfilter": ("a kernel without it", "no socket:16,3,12")}

attack({name: (lambda number=number: call("socket", 16, 3, number)) for name, number in FAMILIES.items()})
