"""Reaches another process's files and memory through /proc. Held by the pid namespace: /proc knows nobody else."""
WAY = "host"  # the victim is another account's

victim = f"/proc/{host['pid']}/"


def secret(path):
    with open(path, "rb") as file:
        if path.endswith("/mem"):
            file.seek(host["address"])
        must(file.read(16) == host["token"].encode(), "something else")


attack({
    "memory": lambda: secret(victim + "mem"),
    "descriptor": lambda: secret(victim + f"fd/{host['fd']}"),
    "root": lambda: secret(victim + "root" + host["secret"]),
    "working directory": lambda: os.listdir(victim + "cwd"),
    "program": lambda: os.readlink(victim + "exe"),
    "environment": lambda: open(victim + "environ").read(),
    "command line": lambda: must(host["token"] in open(victim + "cmdline").read(), "another"),
    "by thread": lambda: secret(f"{victim}task/{host['pid']}/mem"),
})
