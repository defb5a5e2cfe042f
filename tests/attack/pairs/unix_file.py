"""A socket with a name: reached by its own path and by that of the other's /proc/PID/root and cwd."""
import socket
import threading


def plant(me):
    server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    server.bind(f"/tmp/{me.name}")
    server.listen(1)
    threading.Thread(target=lambda: server.accept()[0].send(str(me.token).encode()), daemon=True).start()


def look(me):
    for place in ("/tmp", f"/proc/{me.pid}/root/tmp", f"/proc/{me.pid}/cwd"):
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
            if client.connect_ex(f"{place}/{me.name}") == 0:
                return int(client.recv(16))
