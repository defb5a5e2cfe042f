"""Opens files of /sys for writing. Held by the mount namespace: there is no /sys, and none can be mounted."""
WAY = "host"

attack({path: (lambda path=path: os.close(os.open("/sys/" + path, os.O_WRONLY))) for path in
        ("kernel/mm/transparent_hugepage/enabled", "devices/system/cpu/cpu0/uevent", "class/net/lo/mtu")})
