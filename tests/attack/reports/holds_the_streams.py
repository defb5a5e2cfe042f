"""Grandchildren in sessions of their own hold the streams and write on: a reader that waits for end of file waits for them."""
REPORT, FOOLS = {"exit_code": 4}, "held"

for _ in range(4):
    if os.fork() == 0:
        os.setsid()
        for number in range(1, 65):
            if number not in (9, 19, 32, 33):
                signal.signal(number, signal.SIG_IGN)
        if os.fork() == 0:
            while True:
                for fd in (1, 2, 3):
                    os.write(fd, b".")
                time.sleep(0.05)
        os._exit(0)
os._exit(4)
