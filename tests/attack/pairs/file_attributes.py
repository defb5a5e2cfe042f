"""Times, mode, owner, extended attributes of a file that both see: whatever one can change, the other can read."""
PLANTING = ["EROFS"]


def plant(me):
    for act in (lambda: os.utime(me.shared, (me.token, me.token)), lambda: os.chmod(me.shared, 0o600 | me.token & 0o77),
                lambda: os.setxattr(me.shared, "user.token", str(me.token).encode())):
        try:
            act()
        except OSError as error:
            last = error
            continue
        return
    raise last


def look(me):
    return int(os.stat(me.shared).st_mtime)
