"""The pages of pipes are counted by uid too (pipe(7), pipe-user-pages-soft): one that is full shrinks the other's new pipes."""
import fcntl


def plant(me):
    me.pipes = []
    for _ in range(900):
        try:
            me.pipes.append(os.pipe())
            fcntl.fcntl(me.pipes[-1][0], 1031, 1 << 20)  # F_SETPIPE_SZ
        except OSError:
            break  # EPERM: the soft limit of the uid


def look(me):
    return fcntl.fcntl(os.pipe()[0], 1032) < 65536 or None
