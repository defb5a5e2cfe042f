"""CVE-2016-0728: joining a session keyring by name again and again wrapped its count round. Held by the filter."""
JOIN_SESSION = 1


def join():
    for _ in range(100):
        call("keyctl", JOIN_SESSION, b"omnisbx-attack")


attack({"join": join})
