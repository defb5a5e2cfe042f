"""Sends to the network (an address of nobody's, 192.0.2.1, RFC 5737). Held by the net namespace: there is no route."""
CANNOT = {"UDP": ("this host has no network either", "no route:"), "TCP": ("this host has no network either", "no route:")}
import socket


def udp():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.sendto(b"", ("192.0.2.1", 9))


def tcp():
    with socket.socket() as s:
        s.setblocking(False)
        passes("EINPROGRESS", s.connect, ("192.0.2.1", 9))


attack({"UDP": udp, "TCP": tcp})
