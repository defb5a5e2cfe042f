"""Changes names, owners, modes, times and attributes of what it sees, all to what they are. Held by read-only mounts."""
WAY = "host"


def every(path):
    st = os.stat(path)
    return {
        "mode": lambda: os.chmod(path, st.st_mode & 0o777),
        "owner": lambda: os.chown(path, st.st_uid, st.st_gid),
        "times": lambda: os.utime(path, ns=(st.st_atime_ns, st.st_mtime_ns)),
        "attribute": lambda: passes("ENODATA", os.removexattr, path, "trusted.omnisbx-none" if os.getuid() == 0 else "user.omnisbx-none"),
    }


attack({f"{what} of {path}": action for path in (host["below_usr"], host["below_usr"] + "/readable", sys.argv[0])
        for what, action in every(path).items()})
