"""A line of the helper's in the system log, by every way there: its socket, the journal's, the kernel's log, UDP, syslog()."""
import socket

REPORT, FOOLS = {"exit_code": 0}, "log"
LINE = "run status=exited exit=0 signal=- caller=root profile=component name=forged id=0123456789abcdef"

for path in ("/dev/log", "/run/systemd/journal/dev-log", "/run/systemd/journal/syslog", "/proc/1/root/dev/log"):
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as log:
            log.sendto(f"<86>omnisbx-helper: {LINE}".encode(), path)
    except OSError:
        continue
try:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as log:
        log.sendto(f"SYSLOG_IDENTIFIER=omnisbx-helper\nMESSAGE={LINE}\n".encode(), "/run/systemd/journal/socket")
except OSError:
    pass
try:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as log:
        log.sendto(f"<86>omnisbx-helper: {LINE}".encode(), ("127.0.0.1", 514))
except OSError:
    pass
try:
    with open("/dev/kmsg", "w") as log:
        log.write(f"omnisbx-helper: {LINE}\n")
except OSError:
    pass
libc.openlog(b"omnisbx-helper", 0, 10 << 3)
libc.syslog(6, LINE.encode())
os._exit(0)
