"""CVE-2024-21626: a descriptor of a directory of the host, left open, and a working directory outside. (The test leaves one open, and starts
everything in a directory of the host.) Held by close_range, by a fixed list of descriptors, and by a working directory of its own."""


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
    must(any(os.path.exists(f"/proc/self/fd/{fd}/{host['secret']}") for fd in os.listdir("/proc/self/fd")), "no directory of the host is open")


attack({"descriptor": by_descriptor, "working directory": by_working_directory, "through /proc": by_proc})
