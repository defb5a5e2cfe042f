"""Ends its first thread and goes on in another: a process that looks dead, and is not. Held by waiting for the whole of it: the report
tells how it ended."""
import threading
REPORT = {"exit_code": 9}


def go_on():
    os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
    with open(f"/proc/{os.getpid()}/stat") as file:
        state = file.read().rsplit(") ", 1)[1][0]
    print("HELD", json.dumps({"go on": f"counted to its end, state {state}"}), flush=True)
    os._exit(9)


child = os.fork()
if child == 0:
    os._exit(0)
if os.path.exists(host["secret"]):
    print("THROUGH", json.dumps({"go on": None}), flush=True)
    os._exit(9)
threading.Thread(target=go_on).start()
libc.syscall(ctypes.c_long(60 if X86 else 93), 0)
