"""Reads a file of the host that every account may read, by each way to say its name. Held by the mount namespace: it is not there."""
WAY = "host"  # another process's root is root's to enter
CANNOT = {"root of pid 1": ("a container whose init has more capabilities than its root", "outranked by:1")}


def read(path):
    with open(path) as file:
        must(file.read() == host["token"], "another file")


def by_link():
    os.symlink(host["secret"], "link")
    read("link")


attack({
    "its name": lambda: read(host["secret"]),
    "dots": lambda: read("../" * 40 + host["secret"]),
    "a symbolic link": by_link,
    "its own root": lambda: read("/proc/self/root" + host["secret"]),
    "root of pid 1": lambda: read("/proc/1/root" + host["secret"]),
    "root of a thread": lambda: read("/proc/thread-self/root/.." + host["secret"]),
})
