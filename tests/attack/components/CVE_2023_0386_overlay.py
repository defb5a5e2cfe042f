"""CVE-2023-0386, a copy-up that kept a set-user-id bit: an overlay mounted in a user namespace. Held by the filter."""
CANNOT = {"overlay": ("a kernel without overlay", "no file system:overlay")}


def overlay():
    for name in ("lower", "upper", "work", "merged"):
        os.mkdir(name)
    maps = (("setgroups", "deny"), ("uid_map", f"0 {os.getuid()} 1"), ("gid_map", f"0 {os.getgid()} 1"))
    call("unshare", 0x10020000)
    for name, text in maps:
        with open(f"/proc/self/{name}", "w") as file:
            file.write(text)
    call("mount", b"overlay", b"merged", b"overlay", 0, b"lowerdir=lower,upperdir=upper,workdir=work,userxattr")


attack({"overlay": overlay})
