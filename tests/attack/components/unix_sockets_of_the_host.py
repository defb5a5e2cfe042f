"""Connects to unix sockets of the host: by abstract names, which a net namespace holds, and by paths, which a mount namespace does."""
import socket


def connect(kind, address):
    with socket.socket(socket.AF_UNIX, kind) as s:
        s.connect(address)
        s.send(b"x")


attack({
    "abstract": lambda: connect(socket.SOCK_STREAM, host["abstract"]),
    "abstract datagrams": lambda: connect(socket.SOCK_DGRAM, host["datagrams"]),
    "path": lambda: connect(socket.SOCK_STREAM, host["path"]),
    "the list of them": lambda: must(host["abstract"].replace("\0", "@") in open("/proc/self/net/unix").read(), "it is empty"),
})
