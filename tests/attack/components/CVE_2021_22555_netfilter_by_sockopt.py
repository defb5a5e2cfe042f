"""CVE-2021-22555, a write behind a buffer in x_tables, and older ones of it: reached by setsockopt from a user namespace. The attempts ask
for the tables and need the same right. Held by empty capability sets, and by the filter: no user
namespace gives it CAP_NET_ADMIN."""
WAY = "root"
CANNOT = {"IPv4": ("a kernel without ip_tables", "no file:/proc/net/ip_tables_names"),
          "IPv6": ("a kernel without ip6_tables", "no file:/proc/net/ip6_tables_names")}
import socket


def ask(family, level):
    with socket.socket(family, socket.SOCK_STREAM) as s:
        s.getsockopt(level, 64, 84)  # IPT_SO_GET_INFO, IP6T_SO_GET_INFO


attack({"IPv4": lambda: passes("ENOENT", ask, socket.AF_INET, socket.IPPROTO_IP),
        "IPv6": lambda: passes("ENOENT", ask, socket.AF_INET6, socket.IPPROTO_IPV6)})
