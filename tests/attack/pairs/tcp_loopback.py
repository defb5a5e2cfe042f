"""TCP on the loopback addresses of both families: a network namespace has a loopback of its own."""
import socket
import threading


def serve(server, token):
    while True:
        server.accept()[0].send(str(token).encode())


def plant(me):
    for family, address in ((socket.AF_INET, "0.0.0.0"), (socket.AF_INET6, "::")):
        server = socket.socket(family, socket.SOCK_STREAM)
        if family == socket.AF_INET6:
            server.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind((address, 20000 + me.key % 10000))
        server.listen(4)
        threading.Thread(target=serve, args=(server, me.token), daemon=True).start()


def look(me):
    for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET, "127.9.9.9"), (socket.AF_INET6, "::1")):
        with socket.socket(family, socket.SOCK_STREAM) as client:
            if client.connect_ex((address, 20000 + me.key % 10000)) == 0:
                return int(client.recv(16))
