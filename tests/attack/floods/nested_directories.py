"""Directories in directories, deeper than any path: who removes them by name, or by calling itself, fails."""
POLICY, AMOUNT, BY = {"tmp_size": "4M"}, 1500, "ENOSPC"


def flood(count):
    name = "omnisbx-attack" if not count else "d"
    os.mkdir(name)
    os.chdir(name)
