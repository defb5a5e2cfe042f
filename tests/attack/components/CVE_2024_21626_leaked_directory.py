"""CVE-2024-21626: a descriptor of a directory of the host, left open, and a working directory outside. (The test leaves one open, and
starts everything in a directory of the host.) Held by close_range, a fixed list of descriptors, and a place of its own to start in."""


def by_descriptor():
    found = []
    for fd in range(3, 1024):
        try:
            found.append(os.open(host["secret"].lstrip("/"), os.O_RDONLY, dir_fd=fd))
        except OSError:
            pass
    must(found, "no directory of the host is open")


def by_working_directory():
    must(any(os.path.exists(path) for path in ("secret", "../secret")), "its working directory is its own")


def by_proc():
    opened = os.listdir("/proc/self/fd")
    must(any(os.path.exists(f"/proc/self/fd/{fd}/{host['secret']}") for fd in opened), "no directory of the host is open")


attack({"descriptor": by_descriptor, "working directory": by_working_directory, "through /proc": by_proc})
