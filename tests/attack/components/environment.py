"""Looks for what the caller's environment told: names, tokens, the way it came. Held by an environment that is built from nothing."""
KNOWN = {"PATH", "HOME", "LANG", "LC_CTYPE", "PYTHONSAFEPATH", "PYTHONNOUSERSITE", "PYTHONDONTWRITEBYTECODE"}


def none_of(found, what):
    must(found, f"no {what}")


environ = open("/proc/self/environ", "rb").read()
attack({
    "a token": lambda: none_of("OMNISBX_TOKEN" in os.environ, "token"),
    "in memory": lambda: none_of(host["token"].encode() in environ, "token"),
    "a home": lambda: none_of(os.environ.get("HOME") != "/tmp", "home of the host"),
    "others": lambda: none_of(set(os.environ) - KNOWN or any(name.startswith("SUDO") for name in os.environ), "other name"),
})
