"""The first thread ends, the others go on: the process looks like a zombie, and lives."""
import threading

REPORT, FOOLS = {"exit_code": 8}, "zombie"


def late():
    time.sleep(0.5)
    os._exit(8)


threading.Thread(target=late).start()
libc.syscall(60 if platform.machine() == "x86_64" else 93, 0)  # exit, of this thread alone
