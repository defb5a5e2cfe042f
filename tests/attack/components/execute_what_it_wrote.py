"""Makes the kernel start a program for it: a script whose interpreter is a file of the host, and its own file under another name.
Held by what it is: all it executes is the sandbox's uid, without a capability, behind the same filter."""
WAY = "host"
import subprocess

PROGRAM = "import ctypes, os; print(os.getuid(), open('/proc/self/status').read().split('Seccomp:\t')[1][0], flush=True)"
LOADER = "/lib64/ld-linux-x86-64.so.2" if X86 else "/lib/ld-linux-aarch64.so.1"


def start(*words):
    said = subprocess.run(words, capture_output=True, text=True, check=True).stdout.split()
    must(said[0] == "0" or said[1] == "0", f"uid and filter are the same: {said[1]}")


def script():
    with open("script", "w") as file:
        file.write(f"#!/usr/bin/python3 -I\n{PROGRAM}\n")
    os.chmod("script", 0o700)
    start("./script")


attack({"a program": lambda: start("/usr/bin/python3", "-I", "-c", PROGRAM), "a script": script,
        "by the loader": lambda: start(LOADER, "/usr/bin/python3", "-I", "-c", PROGRAM)})
