"""Messages that nobody reads, in the buffers of sockets."""
import socket

OPTIONS, AMOUNT = ("--memory-max", "32M", "--swap-max", "0"), 400
MACHINE, REPORT = True, {"status": "oom", "reason": "memory.max 32M", "exit_code": None}
kept = []


def flood(count):
    kept.append(socket.socketpair())
    kept[-1][0].setblocking(False)
    kept[-1][0].send(b"x" * 130000)
