"""CVE-2024-1086, a double free in nf_tables: reached by netlink from user and net namespaces. Held by the filter: neither of them,
and no netlink."""
NETLINK_NETFILTER = 12
CANNOT = {"in a namespace": ("a kernel without nfnetlink", "no socket:16,3,12"),
          "as it is": ("a kernel without nfnetlink", "no socket:16,3,12")}


def netlink():
    call("unshare", 0x50000000)
    call("socket", 16, 3, NETLINK_NETFILTER)


attack({"in a namespace": netlink, "as it is": lambda: call("socket", 16, 3, NETLINK_NETFILTER)})
