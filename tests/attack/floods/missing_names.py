"""The kernel remembers what it did not find, in memory: of names that are long and all different."""
OPTIONS, AMOUNT, ENOUGH = ("--memory-max", "32M", "--swap-max", "0"), 100000, 100000
MACHINE, REPORT = True, {"status": "exited", "exit_code": 0}


def flood(count):
    os.path.exists(f"/usr/lib/{count:0200}")
