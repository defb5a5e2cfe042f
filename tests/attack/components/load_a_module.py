"""Puts code into the kernel, and takes some out (none that exists). Held by the filter."""
WAY = "host"
CANNOT = {
    "image": ("a kernel without modules", "no call:init_module"), "file": ("a kernel without modules", "no call:finit_module"),
    "unload": ("a kernel without modules", "no call:delete_module")}

# whoever has the right is told what is wrong with what it gave
attack({"image": lambda: passes("ENOEXEC", call, "init_module", b"not an image", 12, b""),
        "file": lambda: passes("EBADF", call, "finit_module", -1, b"", 0),
        "unload": lambda: passes("ENOENT", call, "delete_module", b"omnisbx_none", 0x800)})
