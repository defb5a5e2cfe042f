"""Connects to what listens on the host's loopback. Held by the net namespace: its own loopback is down, and empty."""
import socket


def connect(family, kind, *address):
    with socket.socket(family, kind) as s:
        s.settimeout(5)
        s.connect(address)
        s.send(b"x")


attack({
    "TCP": lambda: connect(socket.AF_INET, socket.SOCK_STREAM, "127.0.0.1", host["tcp"]),
    "TCP, IPv6": lambda: connect(socket.AF_INET6, socket.SOCK_STREAM, "::1", host["tcp6"]),
    "UDP": lambda: connect(socket.AF_INET, socket.SOCK_DGRAM, "127.0.0.1", host["udp"]),
    "TCP, this host": lambda: connect(socket.AF_INET, socket.SOCK_STREAM, "0.0.0.0", host["tcp"]),
    "TCP, mapped": lambda: connect(socket.AF_INET6, socket.SOCK_STREAM, "::ffff:127.0.0.1", host["tcp"]),
})
