"""Half a report, half a character, no line end: what comes behind it would be read as its other half."""
RAW = b'{"version":1,"status":"exited","stdout":"\xf0\x9f\x98'
REPORT, FOOLS, WHOLE = {"exit_code": 5}, "bytes", True

for fd in (1, 2, 3):
    os.write(fd, RAW)
os._exit(5)
