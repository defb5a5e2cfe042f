"""Descriptors that wait in a socket are no longer open, and not closed either: the kernel counts them by uid (unix(7), ETOOMANYREFS)."""
import socket

RAISE, AMOUNT, BY = "NOFILE", 20, "ETOOMANYREFS"
pairs = []


def flood(count):
    pairs.append(socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM))
    socket.send_fds(pairs[-1][0], [b"x"], [0] * 100)
