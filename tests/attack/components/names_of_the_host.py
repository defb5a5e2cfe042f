"""Renames the machine. Held by the uts namespace, and by the filter."""
WAY = "root"

attack({"host": lambda: call("sethostname", b"owned", 5), "domain": lambda: call("setdomainname", b"owned", 5)})
