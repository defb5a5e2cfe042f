"""Ten thousand directories in each other, which is allowed: nobody has to take them away one by one."""
AMOUNT, ENOUGH, REPORT = 1500, 10000, {"status": "exited", "exit_code": 0}


def flood(count):
    name = "omnisbx-attack" if not count else "d"
    os.mkdir(name)
    os.chdir(name)
