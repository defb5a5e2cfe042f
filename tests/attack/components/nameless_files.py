"""O_TMPFILE makes a file in a directory without a name. Held by read-only mounts."""
WAY = "host"


def make(directory):
    os.write(os.open(directory, os.O_TMPFILE | os.O_WRONLY, 0o600), b"x")


attack({path: (lambda path=path: make(path)) for path in ("/", "/usr", "/usr/bin", "/etc", "/dev")})
