"""Named pipes, sockets and links cost memory as files do."""
import socket

POLICY, AMOUNT, BY = {"tmp_size": "4M"}, 1500, "ENOSPC"


def flood(count):
    os.makedirs("/tmp/omnisbx-attack-fifos", exist_ok=True)
    name = f"/tmp/omnisbx-attack-fifos/{count}"
    os.mkfifo(name)
    os.symlink("x" * 4000, f"{name}-link")
    with socket.socket(socket.AF_UNIX) as s:
        s.bind(f"{name}-socket")
