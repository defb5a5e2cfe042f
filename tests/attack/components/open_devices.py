"""Opens devices of the host. Held by a /dev of five that do nothing."""
WAY = "host"
NAMES = ("kmsg", "loop-control", "fuse", "net/tun", "ptmx", "console", "tty0", "hwrng", "zram0", "vda", "kvm", "uinput", "mem", "rtc0",
         "snapshot")
CANNOT = {"loop-control": ("not on this host", "no device:/dev/loop-control"),
          "fuse": ("not on this host", "no device:/dev/fuse"),
          "net/tun": ("not on this host", "no device:/dev/net/tun"),
          "console": ("not on this host", "no device:/dev/console"),
          "tty0": ("not on this host", "no device:/dev/tty0"),
          "hwrng": ("not on this host", "no device:/dev/hwrng"),
          "zram0": ("not on this host", "no device:/dev/zram0"),
          "vda": ("not on this host", "no device:/dev/vda"),
          "kvm": ("not on this host", "no device:/dev/kvm"),
          "uinput": ("not on this host", "no device:/dev/uinput"),
          "mem": ("not on this host", "no device:/dev/mem"),
          "rtc0": ("not on this host", "no device:/dev/rtc0"),
          "snapshot": ("not on this host", "no device:/dev/snapshot")}

attack({name: (lambda name=name: os.open("/dev/" + name, os.O_RDONLY | os.O_NONBLOCK)) for name in NAMES})
