"""A process that left its session and its parent, and waits for the next one of its uid behind an abstract socket."""
import socket


def plant(me):
    if os.fork():
        return
    os.setsid()
    if os.fork():
        os._exit(0)
    server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    server.bind(f"\0{me.name}")
    server.listen(1)
    for fd in (1, 2, 3):
        os.close(fd)
    server.accept()[0].send(str(me.token).encode())
    os._exit(0)


def look(me):
    for _ in range(20):  # a plain one may still be on its way
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
            if client.connect_ex(f"\0{me.name}") == 0:
                return int(client.recv(16))
        time.sleep(0.05)
