"""As many open files as there can be."""
import resource

RAISE, AMOUNT, BY = "NOFILE", 2000, "EMFILE"


def flood(count):
    os.open("/dev/null", os.O_RDONLY)
