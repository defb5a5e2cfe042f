"""Executes a program from a thread: the kernel gives it the first thread's place, and no parent-death signal (fs/exec.c, de_thread).
The program leaves a process behind, as `daemon` does. Held by the pid namespace, which ends with its first process."""
import threading

PROGRAM = """
import os, select
first = os.pidfd_open(os.getpid())
if os.fork() == 0:
    os.setsid()
    select.select([first], [], [])
    print('THROUGH {"outlive": null}', flush=True)
    os._exit(0)
print('HELD {"outlive": "it is not there to say"}', flush=True)
os._exit(7)
"""
REPORT = {"exit_code": 7}

thread = threading.Thread(target=lambda: os.execv("/usr/bin/python3", ["python3", "-I", "-c", PROGRAM]))
thread.start()
thread.join()
