"""Opens devices of the host. Held by a /dev of five that do nothing."""
WAY = "host"
NAMES = ("kmsg", "loop-control", "fuse", "net/tun", "ptmx", "console", "tty0", "hwrng", "zram0", "vda", "kvm", "uinput", "mem", "rtc0", "snapshot")
CANNOT = {"fuse": ("a kernel without it", "no device:/dev/fuse"), "net/tun": ("a kernel without it", "no device:/dev/net/tun"),
          "loop-control": ("a kernel without it", "no device:/dev/loop-control"), "console": ("none here", "no device:/dev/console"),
          "tty0": ("none here", "no device:/dev/tty0"), "hwrng": ("none here", "no device:/dev/hwrng"),
          "zram0": ("none here", "no device:/dev/zram0"), "vda": ("none here", "no device:/dev/vda"), "kvm": ("none here", "no device:/dev/kvm"),
          "uinput": ("none here", "no device:/dev/uinput"), "mem": ("none here", "no device:/dev/mem"), "rtc0": ("none here", "no device:/dev/rtc0"),
          "snapshot": ("none here", "no device:/dev/snapshot")}

attack({name: (lambda name=name: os.open("/dev/" + name, os.O_RDONLY | os.O_NONBLOCK)) for name in NAMES})
