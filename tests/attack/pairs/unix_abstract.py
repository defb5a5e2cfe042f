"""Abstract sockets belong to the network namespace, not to any file system (unix(7)); CVE-2020-15257 was containerd's."""
import socket
import threading


def plant(me):
    server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    server.bind(f"\0{me.name}")
    server.listen(1)
    threading.Thread(target=lambda: server.accept()[0].send(str(me.token).encode()), daemon=True).start()


def look(me):
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        client.connect(f"\0{me.name}")
        return int(client.recv(16))
