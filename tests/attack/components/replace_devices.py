"""Puts something else in the place of a device, as CVE-2025-31133 did before a container's start. Held by a read-only /dev."""
WAY = "host"


def link():
    os.symlink("/", f"/dev/omnisbx-{host['token']}")
    os.unlink(f"/dev/omnisbx-{host['token']}")


attack({"a new link": link, "mode of null": lambda: os.chmod("/dev/null", 0o666), "owner of null": lambda: os.chown("/dev/null", 0, 0)})
