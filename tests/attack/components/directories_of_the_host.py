"""Looks into what the host keeps outside of /usr. Held by the mount namespace: the sandbox's root has none of it."""
WAY = "host"

attack({path: (lambda path=path: os.listdir(path)) for path in
        ("/home", "/root", "/run", "/sys", "/var", "/boot", "/srv", "/mnt", "/opt", "/etc/ssl", "/etc/pam.d", "/dev/pts")})
