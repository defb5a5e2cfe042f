"""Ignores every signal and sleeps past its time. Held by SIGKILL from outside: status timeout."""
OPTIONS = ("--wall-time", "4s")
REPORT = {"status": "timeout", "exit_code": None, "signal": 9}
import signal
import time

for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
    signal.signal(number, signal.SIG_IGN)
print("HELD", json.dumps({"outlive": "it is not there to say"}), flush=True)
time.sleep(30 if os.getpid() == 1 else 0.1)
print("THROUGH", json.dumps({"outlive": None}), flush=True)
