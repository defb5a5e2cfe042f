"""Has the kernel write a record of every process into a file. Held by the filter."""
WAY = "host"

attack({"on": lambda: passes("ENOENT", call, "acct", b"/omnisbx-none")})
