"""What the components share: test_components.py puts it in front of each of them, as a sandbox takes one file."""
import ctypes
import errno
import json
import os
import sys

# x86_64, and aarch64 where that differs (None: it has no such call). By number, because Python and libc change calls on the way.
NUMBERS = {
    "acct": (163, 89), "add_key": (248, 217), "adjtimex": (159, 171), "bpf": (321, 280), "capset": (126, 91), "chmod": (90, None),
    "chroot": (161, 51), "clock_adjtime": (305, 266), "clock_settime": (227, 112), "clone": (56, 220), "clone3": (435,),
    "creat": (85, None),
    "delete_module": (176, 106), "execve": (59, 221), "fanotify_init": (300, 262), "fchmod": (91, 52), "fchmodat": (268, 53),
    "fchmodat2": (452,), "finit_module": (313, 273), "fsconfig": (431,), "fsmount": (432,), "fsopen": (430,), "fspick": (433,),
    "getpid": (39, 172), "init_module": (175, 105), "io_setup": (206, 0), "io_uring_setup": (425,), "ioperm": (173, None),
    "iopl": (172, None), "ioprio_set": (251, 30), "kcmp": (312, 272), "kexec_file_load": (320, 294), "kexec_load": (246, 104),
    "keyctl": (250, 219), "linkat": (265, 37), "listmount": (458,), "lookup_dcookie": (212, 18), "madvise": (28, 233),
    "memfd_create": (319, 279),
    "memfd_secret": (447,), "migrate_pages": (256, 238), "mincore": (27, 232), "mkdir": (83, None), "mknod": (133, None),
    "mknodat": (259, 33), "mmap": (9, 222), "modify_ldt": (154, None), "mount": (165, 40), "mount_setattr": (442,), "move_mount": (429,),
    "move_pages": (279, 239), "name_to_handle_at": (303, 264), "open": (2, None), "open_by_handle_at": (304, 265), "open_tree": (428,),
    "openat": (257, 56), "openat2": (437,), "perf_event_open": (298, 241), "personality": (135, 92), "pidfd_getfd": (438,),
    "pidfd_open": (434,), "pidfd_send_signal": (424,), "pivot_root": (155, 41), "pkey_alloc": (330, 289), "prctl": (157, 167),
    "preadv2": (327, 286), "prlimit64": (302, 261), "process_madvise": (440,), "process_mrelease": (448,),
    "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "ptrace": (101, 117), "quotactl": (179, 60), "quotactl_fd": (443,),
    "reboot": (169, 142), "request_key": (249, 218), "rt_sigqueueinfo": (129, 138), "sched_setaffinity": (203, 122),
    "sched_setattr": (314, 274), "seccomp": (317, 277), "setdomainname": (171, 162), "setfsuid": (122, 151), "setgid": (106, 144),
    "setgroups": (116, 159), "sethostname": (170, 161), "setns": (308, 268), "setpriority": (141, 140), "setresgid": (119, 149),
    "setresuid": (117, 147), "setreuid": (113, 145), "settimeofday": (164, 170), "setuid": (105, 146), "shmget": (29, 194),
    "socket": (41, 198), "socketpair": (53, 199), "statmount": (457,), "swapoff": (168, 225), "swapon": (167, 224), "sync": (162, 81),
    "syncfs": (306, 267), "syslog": (103, 116), "tgkill": (234, 131), "umount2": (166, 39), "unshare": (272, 97),
    "userfaultfd": (323, 282), "vhangup": (153, 58), "vmsplice": (278, 75),
}
X86 = os.uname().machine == "x86_64"
libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long
host = json.loads(sys.argv[1]) if __name__ == "__main__" else {}  # where the host's things are: Host.facts of test_components.py


class Held(Exception):
    """Not by an errno, but held."""


def must(condition, otherwise):
    if not condition:
        raise Held(otherwise)


def call(which, *words):
    """A system call by its name or number. All of an integer's 64 bits arrive."""
    number = which if isinstance(which, int) else (NUMBERS[which][0] if X86 else NUMBERS[which][-1])
    if number is None:
        raise OSError(errno.ENOSYS, which)
    result = libc.syscall(ctypes.c_long(number), *(ctypes.c_long(w) if isinstance(w, int) else w for w in words))
    if result == -1:
        raise OSError(ctypes.get_errno(), which)
    return result


def passes(allowed, action, *words):
    """For what must not really happen: with these arguments `allowed` is the kernel's answer to whoever has the right to it."""
    try:
        action(*words)
    except OSError as error:
        if error.errno != getattr(errno, allowed):
            raise


def answer(action):
    """Runs an attempt in a process of its own. None: it got through. Else what held it."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            action()
            held = b""
        except OSError as error:
            held = errno.errorcode.get(error.errno, str(error.errno)).encode()
        except Held as reason:
            held = str(reason).encode()
        except BaseException as mistake:
            held = f"mistake: {mistake!r}".encode()
        os.write(writing, b"." + held)
        os._exit(0)
    os.close(writing)
    with open(reading, "rb") as pipe:
        said = pipe.read()
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return said[1:].decode() or None if said else f"ended with {status}"


def attack(attempts):
    """Prints the line that the test reads: THROUGH when one attempt worked, else HELD; then each attempt's answer."""
    answers = {name: answer(action) for name, action in attempts.items()}
    print("HELD" if all(answers.values()) else "THROUGH", json.dumps(answers), flush=True)


