"""Takes the inodes of a file system in memory: 17,000 empty files, 1 KiB of the kernel's each. Held by their number in its own /dev/shm."""
place = f"/dev/shm/omnisbx-{host['token']}-many"


def many():
    os.mkdir(place)
    os.chdir(place)
    made = 0
    try:
        for made in range(17000):
            os.close(os.open(str(made), os.O_CREAT | os.O_WRONLY))
    finally:
        for number in range(made):
            os.unlink(str(number))
        if os.path.exists("16999"):
            os.unlink("16999")
        os.rmdir(place)


attack({"17,000": many})
