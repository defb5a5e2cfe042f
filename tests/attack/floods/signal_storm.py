"""Children send it signals without pause, and it has a handler."""
OPTIONS, AMOUNT, REPORT = ("--wall-time", "1s", "--pids-max", "10"), 300, {"status": "timeout", "reason": "wall_time 1s"}
signal.signal(signal.SIGUSR1, lambda *_: None)
senders = []


def flood(count):
    if not senders:
        senders.append(os.fork())
        while not senders[0]:
            os.kill(os.getppid(), signal.SIGUSR1)
            if os.getppid() != 1 and time.process_time() > 3:
                os._exit(0)
    signal.sigtimedwait([signal.SIGUSR2], 0.001)
