"""Sets the host's clocks; a time namespace shifts others only. Held by the filter."""
WAY = "host"

ADJ_TICK, REALTIME = 0x4000, 0


def same_tick(*before):
    timex = (ctypes.c_long * 40)()
    which = "clock_adjtime" if before else "adjtimex"
    call(which, *before, timex)
    timex[0] = ADJ_TICK  # .tick is what it was
    call(which, *before, timex)


attack({
    # clock_settime(2): EINVAL below the time since boot, for those who may set it
    "set": lambda: passes("EINVAL", call, "clock_settime", REALTIME, (ctypes.c_long * 2)(0, 0)),
    "nothing new, by the old call": lambda: call("settimeofday", None, None),
    "speed": lambda: same_tick(),
    "speed of a clock": lambda: same_tick(REALTIME),
})
