"""Timers, each with a signal that is laid by for it."""
RAISE, AMOUNT, BY = "SIGPENDING", 3000, "EAGAIN"


def flood(count):
    ok(libc.timer_create(1, None, ctypes.byref(ctypes.c_void_p())))  # CLOCK_MONOTONIC
