"""Burns processor time in one child after another, so that none of them passes a limit of its own. Held by the processor time of the whole
cgroup; where limits are rlimits, by the wall time alone."""
OPTIONS = ("--cpu-time", "3s", "--wall-time", "12s")
REPORT = {"status": "timeout", "exit_code": None, "signal": 9}
BY_CGROUP = {"reason": "cpu_time 3s"}
import time

print("HELD", json.dumps({"burn": "it is not there to say"}), flush=True)
end = time.monotonic() + (60 if os.getpid() == 1 else 0.2)
while time.monotonic() < end:
    if os.fork() == 0:
        until = time.process_time() + 0.1
        while time.process_time() < until:
            pass
        os._exit(0)
    os.wait()
print("THROUGH", json.dumps({"burn": None}), flush=True)
