"""Gives a file of its own a capability. Held by empty capability sets."""
WAY = "host"

# struct vfs_cap_data, revision 2, "effective": CAP_SYS_ADMIN
attack({"set": lambda: open("program", "w").close() or os.setxattr("program", "security.capability",
                                                               bytes.fromhex("01000002 00002000 00000000 00000000 00000000"))})
