"""Options of sockets that only root may set. Held by empty capability sets, and by a net namespace that is not the component's user's."""
WAY = "root"
import socket

SOL_SOCKET, SO_DEBUG, SO_SNDBUFFORCE, SO_RCVBUFFORCE, SO_MARK = 1, 1, 32, 33, 36


def set_option(level, option, value):
    with socket.socket() as s:
        s.setsockopt(level, option, value)


def low_port():
    with socket.socket() as s:
        s.bind(("0.0.0.0", 80))


attack({"debugging": lambda: set_option(SOL_SOCKET, SO_DEBUG, 1),
        "send buffer past the limit": lambda: set_option(SOL_SOCKET, SO_SNDBUFFORCE, 1 << 24),
        "receive buffer past the limit": lambda: set_option(SOL_SOCKET, SO_RCVBUFFORCE, 1 << 24),
        "mark": lambda: set_option(SOL_SOCKET, SO_MARK, 1),
        "foreign addresses": lambda: set_option(socket.IPPROTO_IP, 19, 1),
        "priority": lambda: set_option(SOL_SOCKET, socket.SO_PRIORITY, 7),
        "repair": lambda: set_option(socket.IPPROTO_TCP, 19, 1), "port below 1024": low_port})
