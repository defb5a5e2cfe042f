"""Tells a program at the other end of a unix socket that root sent it. Held by empty capability sets."""
WAY = "host"
import socket
import struct


def send(pid, uid):
    one, two = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    one.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_CREDENTIALS, struct.pack("iII", pid, uid, 0))])


attack({"root": lambda: must(send(os.getpid(), 0) is None, ""), "another uid": lambda: send(os.getpid(), 12345),
        "another process": lambda: send(host["pid"], os.getuid()) if os.getuid() == 0 else send(1, os.getuid())})
