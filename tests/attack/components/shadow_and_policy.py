"""Reads what only root may. Held twice: the files are not there, and the sandbox's uid is nobody's."""
WAY = "host"

attack({path: (lambda path=path: open(path).close()) for path in
        ("/etc/shadow", "/etc/gshadow", "/etc/sudoers", "/etc/omnisbx/policy.ini", "/run/omnisbx/locks")})
