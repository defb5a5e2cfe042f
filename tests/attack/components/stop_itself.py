"""Stops itself and its child, so that nobody ever sees it end. Held by SIGKILL from outside: status timeout."""
OPTIONS = ("--wall-time", "4s")
REPORT = {"status": "timeout", "exit_code": None, "signal": 9}
import signal

print("HELD", json.dumps({"stop": "it is not there to say"}), flush=True)
child = os.fork()
if child == 0:
    os.kill(os.getpid(), signal.SIGSTOP)
    os._exit(0)
os.waitid(os.P_PID, child, os.WSTOPPED)
if os.getpid() == 1:
    signal.pause()  # its first process is beyond its own SIGSTOP (pid_namespaces(7))
os.kill(child, signal.SIGCONT)
os.wait()
print("THROUGH", json.dumps({"stop": None}), flush=True)
