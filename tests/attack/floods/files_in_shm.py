"""Files that fill /dev/shm."""
POLICY, AMOUNT, BY = {"tmp_size": "4M"}, 256, "ENOSPC"


def flood(count):
    with open(f"/dev/shm/omnisbx-attack-{count}", "wb") as file:
        file.write(bytes(65536))
