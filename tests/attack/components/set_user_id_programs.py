"""Executes programs of the host with a set-user-id bit, a set-group-id bit and a file capability, and looks whether it is somebody else
then. Held by no_new_privs, by nosuid mounts, and by an empty bounding set."""
import subprocess

usr = host["below_usr"]


def become(kind, field, *more):
    said = subprocess.run([f"{usr}/{kind}", "/proc/self/status"], capture_output=True, text=True, check=True).stdout
    now = next(line for line in said.splitlines() if line.startswith(field))
    mine = next(line for line in open("/proc/self/status").read().splitlines() if line.startswith(field))
    must(now != mine, "the same as before")


def copied():
    """Its own copy: owned by itself, so the bit, if it is kept, gives nothing; but it must not be kept either."""
    import shutil
    os.umask(0)
    shutil.copy(f"{usr}/setuid", "copy")
    os.chmod("copy", os.stat(f"{usr}/setuid").st_mode & 0o7777)


attack({"user": lambda: become("setuid", "Uid:"), "group": lambda: become("setgid", "Gid:"),
        "capability": lambda: become("capability", "CapEff:"),
        "a copy": copied})
