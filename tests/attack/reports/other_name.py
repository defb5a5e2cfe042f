"""Its name, its arguments and its program become the helper's: lists and logs would show them."""
REPORT, FOOLS = {"exit_code": 3, "name": "component"}, "name"

libc.prctl(15, b"omnisbx-helper", 0, 0, 0)
with open("/proc/self/stat") as file:
    start, end = map(int, file.read().rsplit(")", 1)[1].split()[45:47])  # arg_start and arg_end, proc_pid_stat(5)
ctypes.memset(start, 0, end - start)
ctypes.memmove(start, b"omnisbx-helper\0run", 18)
os.write(1, b"changed")
time.sleep(0.3)
os.execv("/usr/bin/python3", ["omnisbx-helper", "-I", "-c", "raise SystemExit(3)"])
