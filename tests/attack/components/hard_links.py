"""Gives a file of the host a second name in a place of its own. Held by the mount namespace: what it sees lies on other mounts."""
WAY = "host"

attack({
    "by name": lambda: os.link(host["secret"], "by-name"),
    "by descriptor": lambda: call("linkat", os.open(host["below_usr"] + "/readable", os.O_PATH), b"", -100, b"by-descriptor", 0x1000),
    "a program with a set-user-id bit": lambda: os.link(host["below_usr"] + "/setuid", "setuid"),
    "its own file": lambda: os.link(sys.argv[0], sys.argv[0] + "-too"),
})
