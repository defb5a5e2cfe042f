"""Makes and removes a directory, a link and a FIFO where it has nothing to make. Held by read-only mounts."""
WAY = "host"


def make(action, remove, directory):
    path = f"{directory}/omnisbx-attack-{host['token']}".replace("//", "/")
    action(path)
    remove(path)


attack({f"{what} in {directory}": (lambda action=action, remove=remove, directory=directory: make(action, remove, directory))
        for directory in ("/", "/usr/lib", "/etc", "/dev", os.path.dirname(sys.argv[0])) for what, action, remove in
        (("directory", os.mkdir, os.rmdir), ("link", lambda path: os.symlink("/", path), os.unlink), ("FIFO", os.mkfifo, os.unlink))})
