"""fallocate takes the place at once."""
POLICY, AMOUNT, BY = {"tmp_size": "4M"}, 1, "ENOSPC"


def flood(count):
    with open("/tmp/omnisbx-attack-allocated", "wb") as file:
        os.posix_fallocate(file.fileno(), 0, 32 << 20)
