"""Replaces the running kernel (asked with arguments that none takes). Held by the filter."""
WAY = "host"
CANNOT = {"kexec_load": ("a kernel without it", "no call:kexec_load"),
          "kexec_file_load": ("a kernel without it", "no call:kexec_file_load")}

# kernel/kexec.c, kexec_load_check: the right comes first, then the flags; kernel/kexec_file.c the same
attack({"kexec_load": lambda: passes("EINVAL", call, "kexec_load", 0, 0, None, 0xF000),
        "kexec_file_load": lambda: passes("EINVAL", call, "kexec_file_load", -1, -1, 0, None, 0xF000)})
