"""NUL, ESC, line ends of every alphabet, broken UTF-8, surrogates, and what ends a JSON string: on all three streams."""
RAW = (bytes(range(256)) + b'"}\n{"version":1,"status":"exited"}\r\n\\u0022\\"' + b"\xe2\x80\xa8\xe2\x80\xa9\xc2\x85\x1b[2J\x1b]0;x\x07" +
       b"\xed\xa0\x80\xed\xb3\xbf\xc0\x80\xf8\x88\x80\x80\x80\xff\xfe\xf0\x9f\x98\x80")
REPORT, FOOLS, WHOLE = {"exit_code": 0}, "bytes", True

for fd in (1, 2, 3):
    os.write(fd, RAW)
os._exit(0)
