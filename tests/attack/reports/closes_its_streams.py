"""Closes all three and goes on: the end of a stream is not the end of the process."""
REPORT, FOOLS = {"exit_code": 3, "stdout": "", "stderr": "", "result": ""}, "early"

for fd in (1, 2, 3):
    os.close(fd)
time.sleep(0.5)
os._exit(3)
