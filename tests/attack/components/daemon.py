"""Leaves a process behind: forked twice, in a session of its own, deaf to signals. It speaks when it has outlived the first process.
Held by the pid namespace, which ends with its first process."""
import select
import signal

first = os.pidfd_open(os.getpid())
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
            signal.signal(number, signal.SIG_IGN)
        select.select([first], [], [])
        print("THROUGH", json.dumps({"outlive": None}), flush=True)
    os._exit(0)
os.wait()
print("HELD", json.dumps({"outlive": "it is not there to say"}), flush=True)
