"""Changes the component's own file, whose digest was taken. Held by a read-only root, and by a file that is root's."""
WAY = "host"

mine = sys.argv[0]


def replace():
    with open("other", "w"):
        os.rename("other", mine)


attack({
    "write": lambda: os.close(os.open(mine, os.O_WRONLY)),
    "cut": lambda: os.truncate(mine, os.stat(mine).st_size),
    "mode": lambda: os.chmod(mine, 0o777),
    "rename": lambda: os.rename(mine, mine + "-old") or os.rename(mine + "-old", mine),
    "replace": replace,
})
