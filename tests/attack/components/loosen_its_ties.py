"""Lives on without whoever started it, opens itself to others, adopts orphans, and edits its own map. Held by the filter: prctl
by a list."""
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_MM, PR_SET_CHILD_SUBREAPER, PR_SET_PTRACER = 1, 4, 35, 36, 0x59616D61
PR_MCE_KILL = 33
CANNOT = {"be traced": ("a kernel without Yama", "no file:/proc/sys/kernel/yama"),
          "edit its map": ("not for an account without rights", "always:")}


attack({
    "no parent-death signal": lambda: call("prctl", PR_SET_PDEATHSIG, 0, 0, 0, 0),
    "another parent-death signal": lambda: call("prctl", PR_SET_PDEATHSIG, 17, 0, 0, 0),
    "dumpable": lambda: call("prctl", PR_SET_DUMPABLE, 1, 0, 0, 0),
    "adopt": lambda: call("prctl", PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0),
    "be traced": lambda: call("prctl", PR_SET_PTRACER, -1, 0, 0, 0),
    "edit its map": lambda: call("prctl", PR_SET_MM, 1, 0x1000, 0, 0),
    "what happens on a broken page": lambda: call("prctl", PR_MCE_KILL, 1, 1, 0, 0),
})
