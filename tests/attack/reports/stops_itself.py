"""SIGSTOP to itself, from a child too: whoever waits for its end waits for ever."""
REPORT, FOOLS = {"exit_code": 2}, "stopped"

if os.fork() == 0:
    os.kill(os.getppid(), signal.SIGSTOP)
    os._exit(0)
os.wait()
os.kill(os.getpid(), signal.SIGSTOP)
os._exit(2)
