"""Real-time signals are queued, each with its memory; those of timers too."""
RAISE, AMOUNT, BY = "SIGPENDING", 3000, "EAGAIN"
QUEUED = 40


def flood(count):
    signal.pthread_sigmask(signal.SIG_BLOCK, [QUEUED])
    ok(libc.sigqueue(os.getpid(), QUEUED, None))
