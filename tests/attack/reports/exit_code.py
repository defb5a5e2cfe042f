"""The numbers that the helper uses itself, and the shell's for signals: an exit status alone tells nothing."""
CASES = {"124": {"exit_code": 124}, "125": {"exit_code": 125}, "126": {"exit_code": 126}, "137": {"exit_code": 137},
         "139": {"exit_code": 139}, "143": {"exit_code": 143}, "255": {"exit_code": 255}, "256": {"exit_code": 0}, "-1": {"exit_code": 255}}
FOOLS = "number"

os.write(2, b"omnisbx-helper: the sandbox could not be made\n")
libc._exit(int(sys.argv[1]))
