"""Opens the host's files for writing (and writes nothing). Held by read-only mounts and by a uid that owns nothing."""
WAY = "host"

attack({path: (lambda path=path: os.close(os.open(path, os.O_WRONLY | os.O_APPEND))) for path in
        ("/etc/passwd", "/etc/group", "/usr/lib/os-release", "/usr/bin/newgrp", host["below_usr"] + "/readable")})
