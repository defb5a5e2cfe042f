"""Takes 400 MiB of 200. Held by memory.max, and then all of the sandbox is ended: status oom; or by RLIMIT_AS where limits are rlimits."""
OPTIONS = ("--memory-max", "200M", "--swap-max", "0")
BY_CGROUP = {"status": "oom", "exit_code": None, "signal": 9}
import mmap


def take():
    size = 400 << 20
    mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | 0x8000).close()  # MAP_POPULATE


print("HELD", json.dumps({"400 MiB": "it is not there to say"}), flush=True)
attack({"400 MiB": take})
