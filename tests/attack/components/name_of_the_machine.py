"""Finds out which machine it runs on. Held by the uts namespace, and by a /proc of processes only."""
import socket


def known(name):
    must(name == host["hostname"], "it is called otherwise")


attack({"by call": lambda: known(socket.gethostname()), "by file": lambda: known(open("/proc/sys/kernel/hostname").read().strip()),
        "by /etc": lambda: open("/etc/hostname").read(), "machine-id": lambda: open("/etc/machine-id").read()})
