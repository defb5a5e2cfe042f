"""Files in /dev/shm are memory, as those of /tmp."""
OPTIONS, AMOUNT = ("--memory-max", "32M", "--swap-max", "0"), 50
MACHINE, REPORT = True, {"status": "oom", "reason": "memory.max 32M", "exit_code": None}
kept = []


def flood(count):
    with open(f"/dev/shm/omnisbx-attack-{count}", "wb") as file:
        file.write(b"x" * (1 << 20))
