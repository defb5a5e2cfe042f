"""Signals a process of the host by its pid, by every call. Held by the pid namespace: there is nobody of that pid, and by the uid."""
WAY = "host"

URGENT = 23  # ignored by whoever does not ask for it
pid = host["pid"]
information = (URGENT).to_bytes(4, "little") + bytes(4) + (-1).to_bytes(4, "little", signed=True) + bytes(116)

attack({
    "kill": lambda: os.kill(pid, URGENT),
    "its group": lambda: os.killpg(os.getpgid(pid), 0),
    "tgkill": lambda: call("tgkill", pid, pid, URGENT),
    "with a value": lambda: call("rt_sigqueueinfo", pid, URGENT, information),
    "by descriptor": lambda: call("pidfd_send_signal", call("pidfd_open", pid, 0), URGENT, None, 0),
})
