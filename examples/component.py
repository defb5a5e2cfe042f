"""A sample component: computes something, and tells what its sandbox looks like from inside.

Standard output is what it prints, descriptor 3 its result. Run it with `make demo`, or as a permitted user:
sudo -n /usr/libexec/omnisbx-helper run --json < examples/component.py
"""

import json
import os
import socket
import tempfile
from collections.abc import Callable


def primes(limit: int) -> list[int]:
    sieve = bytearray([1]) * (limit + 1)
    sieve[:2] = b"\0\0"
    for n in range(2, int(limit**0.5) + 1):
        if sieve[n]:
            sieve[n * n :: n] = bytes(len(range(n * n, limit + 1, n)))
    return [n for n, is_prime in enumerate(sieve) if is_prime]


def attempt(what: str, action: Callable[[], object]) -> None:
    """Says whether something that a sandbox must not allow is refused."""
    try:
        action()
    except OSError as error:
        print(f"{what}: refused ({error.strerror})")
    else:
        print(f"{what}: allowed")


def connect() -> None:
    with socket.socket() as s:
        s.settimeout(2)
        s.connect(("192.0.2.1", 80))  # TEST-NET-1, nobody's


found = primes(1_000_000)
print(f"{len(found)} primes below a million, the largest is {found[-1]}")
print(f"process {os.getpid()} of {sum(name.isdigit() for name in os.listdir('/proc'))}, uid {os.getuid()}, groups {os.getgroups()}")

with open("/proc/self/status", encoding="ascii") as status:
    held = dict(line.split(":\t", 1) for line in status.read().splitlines() if ":\t" in line)
print("capabilities: " + " ".join(f"{name} {int(held[name], 16):x}" for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")))
print(f"no_new_privs {held['NoNewPrivs']}, seccomp {held['Seccomp']}, host name {os.uname().nodename}")

with tempfile.TemporaryFile() as scratch:
    scratch.write(b"x" * 4096)
print(f"a temporary file in {tempfile.gettempdir()}: allowed")
attempt("reading /etc/shadow", lambda: open("/etc/shadow", "rb").close())
attempt("writing below /usr", lambda: open("/usr/omnisbx", "wb").close())
attempt("becoming root", lambda: os.setuid(0))
attempt("reaching the network", connect)

try:
    with open(3, "w", encoding="utf-8") as result:  # there with --json
        json.dump({"primes": len(found), "largest": found[-1]}, result)
except OSError:
    pass
