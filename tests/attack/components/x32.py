"""System calls by x32 numbers, which CVE-2014-0038 came by. Held by the filter: it knows none of them."""
CANNOT = {"process id": ("a kernel without x32", "no call:0x40000027"), "unshare": ("a kernel without x32", "no call:0x40000027"),
          "ptrace": ("a kernel without x32", "no call:0x40000027"), "execve": ("a kernel without x32", "no call:0x40000027")}

X32 = 0x40000000

attack({
    "process id": lambda: must(call(X32 | 39) == os.getpid(), "another"),
    "unshare": lambda: call(X32 | 272, 0x10000000),
    "ptrace": lambda: call(X32 | 521, 0, 0, 0, 0),
    "execve": lambda: passes("EFAULT", call, X32 | 520, 8, 0, 0),
})
