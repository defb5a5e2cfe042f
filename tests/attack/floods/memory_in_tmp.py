"""Files in /tmp are memory, and within its own size: the sandbox has less."""
OPTIONS, AMOUNT = ("--memory-max", "32M", "--swap-max", "0"), 64
MACHINE, REPORT = True, {"status": "oom", "reason": "memory.max 32M", "exit_code": None}
kept = []


def flood(count):
    with open(f"/tmp/omnisbx-attack-{count}", "wb") as file:
        file.write(b"x" * (1 << 20))
